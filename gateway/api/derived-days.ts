/** What days were: derived values by Vietnamese day, and how often the limits of QCVN 05 and QCVN 08 were not met. */
import { z } from 'zod';
import type { Limit } from '../../devices/limit.ts';
import { DAY_MS, dayBounds, HOUR_MS } from '../../devices/local-time.ts';
import { type ParameterId, parameterOf } from '../../devices/parameter.ts';
import { qcvn05Fault } from '../../devices/standards/qcvn-05.ts';
import {
  type DerivedDay,
  derivedDaysSchema,
  type Exceedance,
  exceedancesSchema,
} from '../../devices/wire/derived.ts';
import { daysOf, exceedancesOf } from '../derive/days.ts';
import { DERIVED_IDS, type DerivedStore } from '../derive/derived-store.ts';
import { bodiesOf, classBounds, sampleExceedances } from '../derive/sample-hours.ts';
import type { StationLimits } from '../limits/limits.ts';
import { type ScopeCatalog, scopeOf } from '../scope.ts';
import type { Store } from '../store/store.ts';
import { sessionOf } from './auth.ts';
import { daySchema, inTurn, pageOf, pageShape, parametersOf, parametersSchema } from './derived-query.ts';
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
  readonly store: Pick<Store, 'points'>;
  readonly limits: Pick<StationLimits, 'inForce'>;
}

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

export function derivedDaysRoutes(app: Api, { catalog, derived, store, limits }: DerivedDaysParts): void {
  const days = (station: string, parameter: ParameterId, { since, until }: Stretch): DerivedDay[] => {
    const points = derived.points({
      ...{ station, parameter, aggregate: 'mean' },
      // A value belongs to the day that it ends in: from < at ≤ to.
      ...{ from: since + 1, to: until + 1, limit: MAX_DAYS * MAX_A_DAY },
    });
    return daysOf(parameter, points, (at) => derived.get(station, parameter, at)?.body);
  };
  /** Against each bound that a limit of the station names: the sample of each hour that is farthest to its side. */
  async function waterRows(
    station: string,
    inForce: readonly Limit[],
    { since, until }: Stretch,
  ): Promise<Exceedance[]> {
    const rows: Exceedance[] = [];
    for (const bound of classBounds(inForce)) {
      const points = await store.points({
        ...{ station, parameter: bound.parameter, aggregate: bound.side === 'above' ? 'max' : 'min' },
        ...{ from: since, to: until, everyMs: HOUR_MS, limit: MAX_DAYS * 24 },
      });
      rows.push(...sampleExceedances(bound, points));
    }
    return rows;
  }
  const airRows = (station: string, stretch: Stretch): Exceedance[] =>
    JUDGED_IDS.flatMap((parameter) => exceedancesOf(parameter, days(station, parameter, stretch)));

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
        summary:
          'How often limits were not met: of QCVN 05:2023 by means over their averaging time, of QCVN 08:2023 by hours with a sample beyond',
      },
    },
    async (request) => {
      const stretch = stretchOf(request.query);
      const [page, next] = pageOf(scopeOf(sessionOf(request), catalog), request.query);
      const stations = await inTurn(request, page, async (station) => {
        const { id, kind } = station;
        if (kind !== 'water') return { station: id, rows: airRows(id, stretch) };
        const { limits: inForce } = limits.inForce(station);
        return { station: id, rows: await waterRows(id, inForce, stretch), bodies: bodiesOf(inForce) };
      });
      return { stations, next };
    },
  );
}
