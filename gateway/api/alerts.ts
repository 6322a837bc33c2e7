/** Alerts to read: list, one, its transitions; incidents. */
import { z } from 'zod';
import { alertAnswerSchema, incidentSchema, transitionSchema } from '../../devices/wire/api.ts';
import type { AlertBook } from '../alerts/book.ts';
import { ALERT_LISTS } from '../alerts/rows.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

export const idParams = z.object({ id: z.coerce.number().int().min(1) });

export function alertRoutes(app: Api, { alerts }: { readonly alerts: AlertBook }): void {
  app.get(
    '/api/v1/alerts',
    {
      schema: {
        querystring: z.object({
          state: z
            .enum([...ALERT_LISTS, 'all'])
            .default('open')
            .describe(
              'open: what people have to see; quiet: it stands, but is shelved, out of service or inhibited; historical: of a time that is over',
            ),
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
      if (alert === null) throw new Problem(404, `there is no alert ${request.params.id}`);
      return alert;
    },
  );

  app.get(
    '/api/v1/alerts/:id/transitions',
    {
      schema: {
        params: idParams,
        querystring: z.object({
          cursor: z.coerce.number().int().min(1).default(0).describe('`next` of the answer before'),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: {
          200: z.object({ transitions: z.array(transitionSchema), next: z.string().nullable() }),
        },
        summary: 'What became of an alert: each change with time, person, reason and reading, oldest first',
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const transitions = alerts.transitions(request.params.id, cursor, limit);
      if (transitions === null) throw new Problem(404, `there is no alert ${request.params.id}`);
      return { transitions, next: transitions.length === limit ? (transitions.at(-1)?.id ?? null) : null };
    },
  );

  app.get(
    '/api/v1/incidents',
    {
      schema: {
        querystring: z.object({
          state: z.enum(['open', 'all']).default('open').describe('open: an alert of it stands'),
          cursor: z.coerce.number().int().min(1).optional().describe('`next` of the answer before'),
          limit: z.coerce.number().int().min(1).max(100).default(50),
        }),
        response: { 200: z.object({ incidents: z.array(incidentSchema), next: z.string().nullable() }) },
        summary: 'Fire alarms of neighbouring posts, each group as one; newest first',
      },
    },
    async (request) => {
      const { state, cursor, limit } = request.query;
      const incidents = alerts.incidents(state, cursor ?? Number.MAX_SAFE_INTEGER, limit);
      return { incidents, next: incidents.length === limit ? (incidents.at(-1)?.id ?? null) : null };
    },
  );

  app.get(
    '/api/v1/incidents/:id',
    { schema: { params: idParams, response: { 200: incidentSchema }, summary: 'One incident' } },
    async (request) => {
      const incident = alerts.incident(request.params.id);
      if (incident === null) throw new Problem(404, `there is no incident ${request.params.id}`);
      return incident;
    },
  );
}
