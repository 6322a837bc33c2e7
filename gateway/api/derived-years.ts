/** Means of the last 365 days against the limits that QCVN 05 sets for a year. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { DAY_MS, dayBounds } from '../../devices/local-time.ts';
import { neededOf } from '../../devices/methods/means.ts';
import { type YearMean, yearMeansSchema } from '../../devices/wire/derived.ts';
import type { DerivedStore } from '../derive/derived-store.ts';
import type { DeriveSettings } from '../derive/settings.ts';
import { OF_DAYS, YEAR_DAYS, type YearParameter, yearMeanOf } from '../derive/years.ts';
import { type ScopeCatalog, scopeOf } from '../scope.ts';
import { sessionOf } from './auth.ts';
import { daySchema, inTurn, pageOf, pageShape } from './derived-query.ts';
import type { Api } from './server.ts';

export interface DerivedYearsParts {
  readonly catalog: ScopeCatalog;
  readonly derived: Pick<DerivedStore, 'get'>;
  readonly deriveSettings: DeriveSettings;
}

const PARAMETERS = Object.keys(OF_DAYS) as YearParameter[];

export function derivedYearsRoutes(app: Api, { catalog, derived, deriveSettings }: DerivedYearsParts): void {
  const { completeness } = deriveSettings;
  /** The running mean over 24 hours that ends with a day is the day's. */
  const dayMeans = (station: string, parameter: YearParameter, until: number): number[] =>
    Array.from({ length: YEAR_DAYS }, (_, back) => until - back * DAY_MS).flatMap(
      (end) => derived.get(station, parameter, end)?.value ?? [],
    );
  app.get(
    '/api/v1/derived/years',
    {
      config: { access: 'readings.read' },
      schema: {
        querystring: z.object({
          ...pageShape,
          to: daySchema.describe(`the last of the ${YEAR_DAYS} Vietnamese days, 2026-03-01`),
          limit: z.coerce.number().int().min(1).max(50).default(20),
        }),
        response: { 200: yearMeansSchema },
        summary: `Means of the ${YEAR_DAYS} days up to one, against the yearly limits of QCVN 05:2023`,
      },
    },
    async (request) => {
      const { to } = request.query;
      const until = dayBounds(to)?.to ?? 0;
      const [page, next] = pageOf(scopeOf(sessionOf(request), catalog), request.query);
      const stations = await inTurn(request, page, async ({ id, kind }) => {
        const rows: YearMean[] = [];
        for (const parameter of kind === 'air' ? PARAMETERS : []) {
          await nextTurn();
          const row = yearMeanOf(parameter, dayMeans(id, parameter, until), to, completeness);
          if (row !== null) rows.push(row);
        }
        return { station: id, rows };
      });
      return { of: YEAR_DAYS, needed: neededOf(YEAR_DAYS, completeness), stations, next };
    },
  );
}
