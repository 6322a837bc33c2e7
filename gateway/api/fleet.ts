/** How edges are and were. */
import { z } from 'zod';
import {
  type EdgeAnswer,
  type EdgeDetail,
  edgeAnswerSchema,
  edgeDetailSchema,
  edgeHealthSchema,
} from '../../devices/wire/edges.ts';
import { nameSchema } from '../../devices/word.ts';
import type { Catalog, KnownEdge } from '../catalog.ts';
import { type EdgeHealth, numbersOf } from '../fleet/health.ts';
import { type Scope, scopeOf } from '../scope.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

export interface FleetParts {
  readonly catalog: Catalog;
  readonly edgeCare: { readonly health: Pick<EdgeHealth, 'history' | 'since'> };
  readonly now: () => number;
}

export const edgeParams = z.object({ name: nameSchema });

/** An edge that the caller may see; one that it may not see is answered as one that is not there. */
export function edgeOf(scope: Scope, catalog: Catalog, name: string): KnownEdge {
  const edge = scope.seesEdge(name) ? catalog.edge(name) : undefined;
  if (edge === undefined) throw new Problem(404, `there is no edge "${name}"`);
  return edge;
}

const DAY_MS = 86_400_000;
const LONGEST_MS = 401 * DAY_MS;
const MOST_POINTS = 10_000;

export function fleetRoutes(app: Api, { catalog, edgeCare: { health }, now }: FleetParts): void {
  const answer = ({ name, status, at }: KnownEdge, scope: Scope): EdgeAnswer => ({
    name,
    online: status.online,
    since: health.since(name),
    at,
    uptime_s: status.uptime_s ?? null,
    versions: status.system?.versions ?? null,
    stations: stationsOf(name, scope).map(({ id }) => id),
    ...numbersOf(status),
  });

  const stationsOf = (edge: string, scope: Scope) => scope.all().filter((station) => station.edge === edge);

  const detail = (edge: KnownEdge, scope: Scope): EdgeDetail => {
    const { status } = edge;
    return {
      ...answer(edge, scope),
      system: status.system ?? null,
      clock: status.clock ? { trusted: status.clock.trusted, reason: status.clock.reason } : null,
      lines: (status.lines ?? []).map(({ id, busy, planned = null, skipped = null, units }) => ({
        id,
        busy,
        planned,
        skipped,
        // Of another area nothing is told, on a line that they share neither.
        units: units.filter(({ instrument }) => scope.sees(instrument.split('/')[0] ?? '')),
      })),
      instruments: stationsOf(edge.name, scope).map(({ id, name, instruments = [] }) => ({
        station: id,
        name,
        instruments,
      })),
    };
  };

  app.get(
    '/api/v1/edges',
    {
      config: { access: 'fleet.read' },
      schema: {
        response: { 200: z.object({ edges: z.array(edgeAnswerSchema) }) },
        summary: 'All edges: whether they are there, since when, and how they are',
      },
    },
    async (request) => {
      const scope = scopeOf(sessionOf(request), catalog);
      const seen = catalog.edges().filter(({ name }) => scope.seesEdge(name));
      return { edges: seen.map((edge) => answer(edge, scope)) };
    },
  );

  app.get(
    '/api/v1/edges/:name',
    {
      config: { access: 'fleet.read' },
      schema: {
        params: edgeParams,
        response: { 200: edgeDetailSchema },
        summary: 'One edge, with its lines, their instruments and what may be written to them',
      },
    },
    async (request) => {
      const scope = scopeOf(sessionOf(request), catalog);
      return detail(edgeOf(scope, catalog, request.params.name), scope);
    },
  );

  app.get(
    '/api/v1/edges/:name/health',
    {
      config: { access: 'fleet.read' },
      schema: {
        params: edgeParams,
        querystring: z.object({
          from: z.coerce.number().int().min(0).optional().describe('epoch ms; a day before `to` when absent'),
          to: z.coerce.number().int().min(0).optional().describe('epoch ms; now when absent'),
        }),
        response: { 200: edgeHealthSchema },
        summary: 'How an edge was: numbers every 5 minutes, hourly after 30 days, for 400 days',
      },
    },
    async (request) => {
      const { to = now() } = request.query;
      const { from = to - DAY_MS } = request.query;
      if (from >= to || to - from > LONGEST_MS)
        throw new Problem(400, 'from must be before to, by at most 401 days');
      const edge = edgeOf(scopeOf(sessionOf(request), catalog), catalog, request.params.name);
      return { edge: edge.name, ...health.history(edge.name, from, to, MOST_POINTS) };
    },
  );
}
