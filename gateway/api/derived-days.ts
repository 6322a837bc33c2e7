/** What days were: derived values by Vietnamese day, and how often the limits of QCVN 05 were exceeded. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DAY_MS, dayBounds } from '../../devices/local-time.ts';
import { type ParameterId, parameterOf } from '../../devices/parameter.ts';
import { qcvn05Fault } from '../../devices/standards/qcvn-05.ts';
import { type DerivedDay, derivedDaysSchema, exceedancesSchema } from '../../devices/wire/derived.ts';
import type { KnownStation } from '../catalog.ts';
import { daysOf, exceedancesOf } from '../derive/days.ts';
import { DERIVED_IDS, type DerivedStore } from '../derive/derived-store.ts';
import { type ScopeCatalog, scopeOf } from '../scope.ts';
import { sessionOf } from './auth.ts';
import { pageOf, pageShape, parametersOf, parametersSchema } from './derived-query.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const config = { access: 'readings.read' } as const;
/** A quarter: what is asked of more days is asked in parts. */
const MAX_DAYS = 92;
/** As many values as a day can have: one every five minutes. */
const MAX_A_DAY = 288;
const JUDGED_IDS = DERIVED_IDS.filter((id) => qcvn05Fault(id) === null);

export interface DerivedDaysParts {
  readonly catalog: ScopeCatalog;
  readonly derived: Pick<DerivedStore, 'get' | 'points'>;
}

const daySchema = z
  .string()
  .max(10)
  .refine((day) => dayBounds(day) !== null, 'must be a day as 2026-03-05');
const spanShape = {
  from: daySchema.describe('the first Vietnamese day, 2026-03-01'),
  to: daySchema.describe(`the last one; at most ${MAX_DAYS} days`),
};
const limit = z.coerce.number().int().min(1).max(50).default(20);

interface Stretch {
  readonly since: number;
  readonly until: number;
}

function stretchOf({ from, to }: { readonly from: string; readonly to: string }): Stretch {
  const since = dayBounds(from)?.from ?? 0;
  const until = dayBounds(to)?.to ?? 0;
  if (since >= until) throw new Problem(400, 'from: must not be after to');
  if (until - since > MAX_DAYS * DAY_MS) throw new Problem(400, `to: at most ${MAX_DAYS} days`);
  return { since, until };
}

/** Others have their turn between two stations; whoever went away needs no answer. */
async function inTurn<T>(
  request: FastifyRequest,
  stations: readonly KnownStation[],
  ask: (station: KnownStation) => T,
): Promise<T[]> {
  const answers: T[] = [];
  for (const station of stations) {
    if (request.raw.socket.destroyed) break;
    await nextTurn();
    answers.push(ask(station));
  }
  return answers;
}

export function derivedDaysRoutes(app: Api, { catalog, derived }: DerivedDaysParts): void {
  const days = (station: string, parameter: ParameterId, { since, until }: Stretch): DerivedDay[] => {
    const points = derived.points({
      ...{ station, parameter, aggregate: 'mean' },
      // A value belongs to the day that it ends in: from < at ≤ to.
      ...{ from: since + 1, to: until + 1, limit: MAX_DAYS * MAX_A_DAY },
    });
    return daysOf(parameter, points, (at) => derived.get(station, parameter, at)?.body);
  };
  app.get(
    '/api/v1/derived/days',
    {
      config,
      schema: {
        querystring: z.object({
          ...pageShape,
          ...spanShape,
          station: z.string().max(63).optional().describe('only this one'),
          parameter: parametersSchema,
          limit,
        }),
        response: { 200: derivedDaysSchema },
        summary: 'Derived values by day: how many, extremes, and how many exceeded QCVN 05:2023',
      },
    },
    async (request) => {
      const { station: only } = request.query;
      const parameters = parametersOf(request.query.parameter);
      const stretch = stretchOf(request.query);
      const scope = scopeOf(sessionOf(request), catalog);
      const alone = only === undefined ? undefined : scope.get(only);
      if (only !== undefined && alone === undefined) throw new Problem(404, `there is no station "${only}"`);
      const [page, next] = alone ? [[alone], null] : pageOf(scope, request.query);
      const stations = await inTurn(request, page, ({ id }) => ({
        station: id,
        parameters: parameters
          .map((parameter) => ({
            parameter,
            unit: parameterOf(parameter).unit,
            days: days(id, parameter, stretch),
          }))
          .filter((one) => one.days.length > 0),
      }));
      return { stations, next };
    },
  );

  app.get(
    '/api/v1/derived/exceedances',
    {
      config,
      schema: {
        querystring: z.object({ ...pageShape, ...spanShape, limit }),
        response: { 200: exceedancesSchema },
        summary: 'How often the limits of QCVN 05:2023 were exceeded, each by means over its averaging time',
      },
    },
    async (request) => {
      const stretch = stretchOf(request.query);
      const [page, next] = pageOf(scopeOf(sessionOf(request), catalog), request.query);
      const stations = await inTurn(request, page, ({ id }) => ({
        station: id,
        rows: JUDGED_IDS.flatMap((parameter) => exceedancesOf(parameter, days(id, parameter, stretch))),
      }));
      return { stations, next };
    },
  );
}
