/** Stations and parameters that people took out of service: their alarms are recorded and wake nobody. */
import { z } from 'zod';
import { outOfServiceSchema } from '../../devices/wire/api.ts';
import { nameSchema } from '../../devices/word.ts';
import type { AlertBook } from '../alerts/book.ts';
import type { Catalog } from '../catalog.ts';
import { scopeOf } from '../scope.ts';
import { endOf, endShape, text } from './alert-actions.ts';
import { idParams } from './alerts.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

export interface OutOfServiceParts {
  readonly alerts: Pick<AlertBook, 'outOfService' | 'pass'>;
  readonly catalog: Catalog;
  readonly now: () => number;
}

export function outOfServiceRoutes(app: Api, { alerts, catalog, now }: OutOfServiceParts): void {
  const { outOfService } = alerts;

  app.get(
    '/api/v1/out-of-service',
    {
      config: { access: 'alerts.read' },
      schema: {
        querystring: z.object({
          state: z.enum(['active', 'all']).default('active'),
          station: z.string().max(63).optional().describe('only of this station'),
          cursor: z.coerce.number().int().min(1).optional().describe('`next` of the answer before'),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: {
          200: z.object({ out_of_service: z.array(outOfServiceSchema), next: z.string().nullable() }),
        },
        summary: 'What is out of service, by whom, why and until when; newest first',
      },
    },
    async (request) => {
      const { state, station, cursor, limit } = request.query;
      const scope = scopeOf(sessionOf(request), catalog);
      const seen = scope.whole ? undefined : scope.all().map(({ id }) => id);
      const stations = station === undefined ? seen : [station].filter(scope.sees);
      const list = outOfService.list(state, cursor ?? Number.MAX_SAFE_INTEGER, limit, stations);
      return { out_of_service: list, next: list.length === limit ? (list.at(-1)?.id ?? null) : null };
    },
  );

  app.post(
    '/api/v1/out-of-service',
    {
      config: { access: 'service.write' },
      schema: {
        body: z.object({
          station: nameSchema,
          parameter: z.string().max(63).optional().describe('the whole station when absent'),
          reason: text,
          ...endShape,
        }),
        response: { 200: outOfServiceSchema },
        summary:
          'Take a station, or one parameter of it, out of service; without an end until a person ends it',
      },
    },
    async (request) => {
      const { station, parameter = null, reason, ...end } = request.body;
      const known = scopeOf(sessionOf(request), catalog).get(station);
      if (known === undefined) throw new Problem(404, `there is no station ${station}`);
      // Any spelling that the station knows: a misspelt one would silence nothing and say that it does.
      if (parameter !== null && !known.parameters.some(({ id }) => id === parameter))
        throw new Problem(404, `station ${station} has no parameter ${parameter}`);
      const until = endOf(end, now());
      const entry = outOfService.put({ station, parameter, reason, until, by: sessionOf(request).name });
      alerts.pass();
      return entry;
    },
  );

  app.post(
    '/api/v1/out-of-service/:id/end',
    {
      config: { access: 'service.write' },
      schema: {
        params: idParams,
        response: { 200: outOfServiceSchema },
        summary: 'Put it back into service now',
      },
    },
    async (request) => {
      const { id } = request.params;
      const session = sessionOf(request);
      const found = outOfService.get(id);
      const isSeen = found !== null && scopeOf(session, catalog).sees(found.station);
      const entry = isSeen ? outOfService.end(id, session.name) : 'unknown';
      if (entry === 'unknown') throw new Problem(404, `nothing was taken out of service as ${id}`);
      if (entry === 'ended') throw new Problem(409, `${id} is back in service already`);
      alerts.pass();
      return entry;
    },
  );
}
