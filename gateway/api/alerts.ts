/** Alerts to read: list, one, its transitions; incidents. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LEVELS } from '../../devices/limit.ts';
import {
  type AlertAnswer,
  alertAnswerSchema,
  type IncidentAnswer,
  incidentSchema,
  transitionSchema,
} from '../../devices/wire/api.ts';
import type { AlertBook } from '../alerts/book.ts';
import { ALERT_LISTS } from '../alerts/rows.ts';
import { type Scope, type ScopeCatalog, scopeOf } from '../scope.ts';
import {
  alertsOfArea,
  seenAlerts,
  seesAlert,
  shownAlert,
  shownIncident,
  shownTransition,
} from '../scope-alerts.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

export const idParams = z.object({ id: z.coerce.number().int().min(1) });

const config = { access: 'alerts.read' } as const;

export interface AlertParts {
  readonly alerts: AlertBook;
  readonly catalog: ScopeCatalog;
}

/** The alert, as this scope sees it. */
export function findAlert(alerts: Pick<AlertBook, 'get'>, scope: Scope, id: number): AlertAnswer {
  const alert = alerts.get(id);
  if (alert === null || !seesAlert(scope, alert)) throw new Problem(404, `there is no alert ${id}`);
  return shownAlert(scope, alert);
}

export function alertRoutes(app: Api, { alerts, catalog }: AlertParts): void {
  const scopeOfRequest = (request: FastifyRequest): Scope => scopeOf(sessionOf(request), catalog);
  const shown = (scope: Scope, incident: IncidentAnswer): IncidentAnswer | null =>
    shownIncident(scope, incident, (alert) => alerts.get(Number(alert))?.station);

  app.get(
    '/api/v1/alerts',
    {
      config,
      schema: {
        querystring: z.object({
          state: z
            .enum([...ALERT_LISTS, 'all'])
            .default('open')
            .describe(
              'open: what people have to see; quiet: it stands, but is shelved, out of service or inhibited; historical: of a time that is over',
            ),
          station: z.string().max(63).optional(),
          area: z.string().max(200).optional().describe('of stations there, by its Vietnamese name'),
          level: z.enum(LEVELS).optional(),
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
      const { cursor, station, area, level, from, to, ...query } = request.query;
      const scope = scopeOfRequest(request);
      const list = alerts.list({
        ...query,
        seen: area === undefined ? seenAlerts(scope) : alertsOfArea(scope, area),
        ...(cursor !== undefined && { before: cursor }),
        ...(station !== undefined && { station }),
        ...(level !== undefined && { level }),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
      });
      return {
        alerts: list.map((alert) => shownAlert(scope, alert)),
        next: list.length === query.limit ? (list.at(-1)?.id ?? null) : null,
      };
    },
  );

  app.get(
    '/api/v1/alerts/:id',
    { config, schema: { params: idParams, response: { 200: alertAnswerSchema }, summary: 'One alert' } },
    async (request) => findAlert(alerts, scopeOfRequest(request), request.params.id),
  );

  app.get(
    '/api/v1/alerts/:id/transitions',
    {
      config,
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
      const scope = scopeOfRequest(request);
      findAlert(alerts, scope, request.params.id);
      const transitions = alerts.transitions(request.params.id, cursor, limit) ?? [];
      return {
        transitions: transitions.map((one) => shownTransition(scope, catalog, one)),
        next: transitions.length === limit ? (transitions.at(-1)?.id ?? null) : null,
      };
    },
  );

  app.get(
    '/api/v1/incidents',
    {
      config,
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
      const scope = scopeOfRequest(request);
      const stations = scope.whole ? undefined : scope.all().map(({ id }) => id);
      const incidents = alerts.incidents(state, cursor ?? Number.MAX_SAFE_INTEGER, limit, stations);
      return {
        incidents: incidents.flatMap((incident) => shown(scope, incident) ?? []),
        next: incidents.length === limit ? (incidents.at(-1)?.id ?? null) : null,
      };
    },
  );

  app.get(
    '/api/v1/incidents/:id',
    { config, schema: { params: idParams, response: { 200: incidentSchema }, summary: 'One incident' } },
    async (request) => {
      const found = alerts.incident(request.params.id);
      const incident = found && shown(scopeOfRequest(request), found);
      if (incident === null) throw new Problem(404, `there is no incident ${request.params.id}`);
      return incident;
    },
  );
}
