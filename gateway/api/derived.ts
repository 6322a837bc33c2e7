/** What is derived of a station: the newest values with how they came about. */
import { z } from 'zod';
import { parameterOf } from '../../devices/parameter.ts';
import { derivedAnswerSchema } from '../../devices/wire/api.ts';
import { categoryOf } from '../derive/categories.ts';
import type { DerivedStore } from '../derive/derived-store.ts';
import type { DeriveSettings } from '../derive/settings.ts';
import { type ScopeCatalog, scopeOf } from '../scope.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

export interface DerivedParts {
  readonly catalog: ScopeCatalog;
  readonly derived: Pick<DerivedStore, 'newest'>;
  readonly deriveSettings: DeriveSettings;
}

export function derivedRoutes(app: Api, { catalog, derived, deriveSettings }: DerivedParts): void {
  app.get(
    '/api/v1/stations/:id/derived',
    {
      config: { access: 'readings.read' },
      schema: {
        params: z.object({ id: z.string().max(63) }),
        response: { 200: derivedAnswerSchema },
        summary: 'Means and indices of a station: the newest of each, with method, inputs and completeness',
      },
    },
    async (request) => {
      const { id } = request.params;
      const station = scopeOf(sessionOf(request), catalog).get(id);
      if (station === undefined) throw new Problem(404, `there is no station "${id}"`);
      const values = derived.newest(id).map(({ parameter, at, value, flag, derivedAt, body }) => {
        const { unit, name } = parameterOf(parameter);
        const category = value === null ? null : categoryOf(parameter, value, deriveSettings);
        return {
          ...{ parameter, unit, name, at, value, flag, derived_at: derivedAt },
          ...body,
          ...(category !== null && { category }),
        };
      });
      return { station: id, ...(station.origin && { origin: station.origin }), values };
    },
  );
}
