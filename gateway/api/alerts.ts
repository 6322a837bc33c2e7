/** Alerts: list, one, acknowledge, note. */
import { z } from 'zod';
import { alertAnswerSchema } from '../../devices/wire/api.ts';
import type { AlertBook } from '../alerts/book.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const idParams = z.object({ id: z.coerce.number().int().min(1) });
const text = z.string().trim().min(1).max(1000);

export function alertRoutes(app: Api, { alerts }: { readonly alerts: AlertBook }): void {
  const unknown = (id: number) => new Problem(404, `there is no alert ${id}`);

  app.get(
    '/api/v1/alerts',
    {
      schema: {
        querystring: z.object({
          state: z.enum(['open', 'cleared', 'all']).default('open').describe('open: active and acknowledged'),
          station: z.string().max(63).optional(),
          from: z.coerce.number().int().optional().describe('opened at or after, epoch ms'),
          to: z.coerce.number().int().optional().describe('opened before, epoch ms'),
          cursor: z.coerce.number().int().min(1).optional().describe('`next` of the answer before'),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: { 200: z.object({ alerts: z.array(alertAnswerSchema), next: z.string().nullable() }) },
        summary: 'Alerts, newest first',
      },
    },
    async (request) => {
      const { cursor, station, from, to, ...query } = request.query;
      const list = alerts.list({
        ...query,
        ...(cursor !== undefined && { before: cursor }),
        ...(station !== undefined && { station }),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
      });
      return { alerts: list, next: list.length === query.limit ? (list.at(-1)?.id ?? null) : null };
    },
  );

  app.get(
    '/api/v1/alerts/:id',
    { schema: { params: idParams, response: { 200: alertAnswerSchema }, summary: 'One alert' } },
    async (request) => {
      const alert = alerts.get(request.params.id);
      if (alert === null) throw unknown(request.params.id);
      return alert;
    },
  );

  app.post(
    '/api/v1/alerts/:id/acknowledge',
    {
      config: { role: 'operator' },
      schema: {
        params: idParams,
        body: z.object({ note: text.optional() }),
        response: { 200: alertAnswerSchema },
        summary: 'Acknowledge an alert that is not cleared',
      },
    },
    async (request) => {
      const { id } = request.params;
      const result = alerts.acknowledge(id, sessionOf(request).name, request.body.note);
      if (result === 'unknown') throw unknown(id);
      if (result === 'cleared') throw new Problem(409, `alert ${id} is cleared already`);
      return result;
    },
  );

  app.post(
    '/api/v1/alerts/:id/note',
    {
      config: { role: 'operator' },
      schema: {
        params: idParams,
        body: z.object({ text }),
        response: { 200: alertAnswerSchema },
        summary: 'Add a note to an alert',
      },
    },
    async (request) => {
      const { id } = request.params;
      const result = alerts.note(id, sessionOf(request).name, request.body.text);
      if (result === 'unknown') throw unknown(id);
      return result;
    },
  );
}
