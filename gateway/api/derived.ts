/** What is derived of stations: values with how they came about, at one station or the newest of all. */
import { z } from 'zod';
import { parameterOf } from '../../devices/parameter.ts';
import { type DerivedAnswer, derivedAnswerSchema } from '../../devices/wire/api.ts';
import { derivedListSchema } from '../../devices/wire/derived.ts';
import type { KnownStation } from '../catalog.ts';
import { categoryOf, scaleOf, tableOf } from '../derive/categories.ts';
import { DERIVED_IDS, type DerivedStore, type KeptValue } from '../derive/derived-store.ts';
import type { DeriveSettings } from '../derive/settings.ts';
import { type ScopeCatalog, scopeOf } from '../scope.ts';
import { sessionOf } from './auth.ts';
import { pageOf, pageShape, parametersOf, parametersSchema } from './derived-query.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const config = { access: 'readings.read' } as const;

export interface DerivedParts {
  readonly catalog: ScopeCatalog;
  readonly derived: Pick<DerivedStore, 'newest' | 'get'>;
  readonly deriveSettings: DeriveSettings;
}

export function derivedRoutes(app: Api, { catalog, derived, deriveSettings }: DerivedParts): void {
  const answer = (station: KnownStation, values: readonly KeptValue[]): DerivedAnswer => ({
    station: station.id,
    ...(station.origin && { origin: station.origin }),
    values: values.map(({ parameter, at, value, flag, derivedAt, body }) => {
      const { unit, name } = parameterOf(parameter);
      const category = value === null ? null : categoryOf(parameter, value, deriveSettings);
      const table = tableOf(body.method, deriveSettings);
      return {
        ...{ parameter, unit, name, at, value, flag, derived_at: derivedAt },
        ...body,
        ...(category !== null && { category }),
        ...(table && { table }),
      };
    }),
  });

  app.get(
    '/api/v1/stations/:id/derived',
    {
      config,
      schema: {
        params: z.object({ id: z.string().max(63) }),
        querystring: z.object({
          at: z.coerce
            .number()
            .int()
            .min(0)
            .max(8.64e15)
            .optional()
            .describe('epoch ms, the end of an hour or day: what is of this time instead of the newest'),
        }),
        response: { 200: derivedAnswerSchema },
        summary:
          'Means and indices of a station, the newest of each or those of a time, with how they came about',
      },
    },
    async (request) => {
      const { id } = request.params;
      const { at } = request.query;
      const station = scopeOf(sessionOf(request), catalog).get(id);
      if (station === undefined) throw new Problem(404, `there is no station "${id}"`);
      const values =
        at === undefined
          ? derived.newest(id)
          : DERIVED_IDS.flatMap((parameter) => derived.get(id, parameter, at) ?? []);
      return answer(station, values);
    },
  );

  app.get(
    '/api/v1/derived',
    {
      config,
      schema: {
        querystring: z.object({
          ...pageShape,
          parameter: parametersSchema,
          limit: z.coerce.number().int().min(1).max(200).default(200),
        }),
        response: { 200: derivedListSchema },
        summary: 'The newest derived values of stations, with the official scales of the indices among them',
      },
    },
    async (request) => {
      const parameters = parametersOf(request.query.parameter);
      const [page, next] = pageOf(scopeOf(sessionOf(request), catalog), request.query);
      const scales = parameters.flatMap((parameter) => {
        const scale = scaleOf(parameter, deriveSettings);
        return scale === null ? [] : [[parameter, scale] as const];
      });
      return {
        scales: Object.fromEntries(scales),
        stations: page.map((station) => answer(station, derived.newest(station.id, parameters))),
        next,
      };
    },
  );
}
