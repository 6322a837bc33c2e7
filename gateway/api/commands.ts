/** Commands to edges: asking, approving, and what became of them. One route a kind, since each has a row of its own in the table of rights. */
import { z } from 'zod';
import { commandListSchema, commandRecordSchema } from '../../devices/wire/edges.ts';
import { type Orders, ordersSchema } from '../../devices/wire/fleet.ts';
import type { AccessName } from '../access/http-rows.ts';
import type { Catalog } from '../catalog.ts';
import type { KeptCommand } from '../fleet/command-rows.ts';
import type { Asked, EdgeCommands } from '../fleet/commands.ts';
import { type Scope, scopeOf } from '../scope.ts';
import { sessionOf } from './auth.ts';
import { edgeOf, edgeParams } from './fleet.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

export interface CommandsParts {
  readonly catalog: Catalog;
  readonly edgeCare: { readonly commands: EdgeCommands };
}

const KINDS: ReadonlyArray<{
  readonly kind: Orders['kind'];
  readonly access: AccessName;
  readonly summary: string;
}> = [
  { kind: 'read', access: 'commands.read-registers', summary: 'Read registers of an instrument' },
  {
    kind: 'write',
    access: 'commands.write',
    summary: 'Write what the profile allows from the centre; a dangerous write waits for a second person',
  },
  {
    kind: 'rescan',
    access: 'commands.rescan',
    summary: 'Forget what was learned of instruments and look anew',
  },
  { kind: 'restart', access: 'commands.restart', summary: 'End an edge in order and start it anew' },
  { kind: 'log', access: 'commands.log', summary: 'The newest lines of the log of an edge, without secrets' },
];

const FAULTS = { wrong: 400, conflict: 409, forbidden: 403 } as const;

const done = (asked: Asked): KeptCommand => {
  if (asked.kind !== 'command') throw new Problem(FAULTS[asked.kind], asked.detail);
  return asked.command;
};

/** What concerns one station is for who sees it, what concerns the edge for who sees all of its stations. */
const concerns = (scope: Scope, edge: string, orders: Orders): boolean =>
  'station' in orders && orders.station !== undefined ? scope.sees(orders.station) : scope.hasEdge(edge);

export function commandRoutes(app: Api, { catalog, edgeCare: { commands } }: CommandsParts): void {
  const idParams = edgeParams.extend({ id: z.string().regex(/^[A-Za-z0-9_-]{22}$/) });
  const find = (scope: Scope, name: string, id: string): KeptCommand => {
    const edge = edgeOf(scope, catalog, name);
    const command = commands.get(id);
    if (command === undefined || command.edge !== edge.name || !concerns(scope, edge.name, command.orders))
      throw new Problem(404, `edge ${edge.name} was given no command "${id}"`);
    return command;
  };

  for (const { kind, access, summary } of KINDS) {
    app.post(
      `/api/v1/edges/:name/commands/${kind}`,
      {
        config: { access, rateLimit: { max: 60, timeWindow: 60_000 } },
        schema: {
          params: edgeParams,
          body: z.strictObject({
            orders: ordersSchema.refine((orders) => orders.kind === kind, {
              path: ['kind'],
              error: `must be "${kind}" at this address`,
            }),
            reason: z.string().trim().min(1).max(500),
          }),
          response: { 202: commandRecordSchema },
          summary,
        },
      },
      async (request, reply) => {
        const session = sessionOf(request);
        const scope = scopeOf(session, catalog);
        const edge = edgeOf(scope, catalog, request.params.name);
        const { orders, reason } = request.body;
        if (!concerns(scope, edge.name, orders))
          throw new Problem(403, `${session.name} does not see all that this concerns`);
        const asked = commands.ask(edge.name, orders, reason, session.name, request.proof);
        return reply.code(202).send(done(asked));
      },
    );
  }

  app.post(
    '/api/v1/edges/:name/commands/:id/approve',
    {
      config: { access: 'commands.approve' },
      schema: {
        params: idParams,
        response: { 202: commandRecordSchema },
        summary: 'Approve a dangerous command as the second person: it goes to the edge now',
      },
    },
    async (request, reply) => {
      const session = sessionOf(request);
      const { id } = find(scopeOf(session, catalog), request.params.name, request.params.id);
      return reply.code(202).send(done(commands.approve(id, session.name)));
    },
  );

  app.get(
    '/api/v1/edges/:name/commands',
    {
      config: { access: 'commands.read' },
      schema: {
        params: edgeParams,
        querystring: z.object({
          cursor: z.coerce.number().int().min(0).optional().describe('`next` of the answer before'),
          limit: z.coerce.number().int().min(1).max(100).default(20),
        }),
        response: { 200: commandListSchema },
        summary: 'Commands of an edge, newest first, without the lines of logs',
      },
    },
    async (request) => {
      const scope = scopeOf(sessionOf(request), catalog);
      const { name } = edgeOf(scope, catalog, request.params.name);
      const { cursor = Number.MAX_SAFE_INTEGER, limit } = request.query;
      const list = commands.list(name, cursor, limit);
      const last = list.at(-1);
      return {
        commands: list.filter(({ orders }) => concerns(scope, name, orders)),
        next: list.length === limit && last !== undefined ? String(last.number) : null,
      };
    },
  );

  app.get(
    '/api/v1/edges/:name/commands/:id',
    {
      config: { access: 'commands.read' },
      schema: {
        params: idParams,
        response: { 200: commandRecordSchema },
        summary: 'What became of a command',
      },
    },
    async (request) => find(scopeOf(sessionOf(request), catalog), request.params.name, request.params.id),
  );
}
