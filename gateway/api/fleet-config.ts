/** Configurations of edges and rolling them out. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { MOST_CONFIG_CHARACTERS } from '../../devices/wire/fleet.ts';
import {
  type ConfigVersion,
  configCheckRequestSchema,
  configCheckSchema,
  configVersionAnswerSchema,
  edgeConfigAnswerSchema,
  type RolloutRequest,
  rollbackRequestSchema,
  rolloutAnswerSchema,
  rolloutRequestSchema,
} from '../../devices/wire/fleet-config.ts';
import { nameSchema } from '../../devices/word.ts';
import type { Catalog } from '../catalog.ts';
import { changesOf } from '../fleet/config-check.ts';
import type { ConfigRow } from '../fleet/config-rows.ts';
import type { FleetConfig } from '../fleet/start-config.ts';
import { scopeOf } from '../scope.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

export interface FleetConfigRoutesParts {
  readonly catalog: Catalog;
  readonly fleetConfig: Pick<FleetConfig, 'configs' | 'rollouts'>;
}

/** Versions and rollouts of an answer. */
const MOST_LISTED = 50;
/** A text in JSON; its characters may take three bytes. */
const ONE_BODY = 4 * MOST_CONFIG_CHARACTERS;
/** A minute, of one caller: each parses a text, and a file of each of 60 edges may be looked at before they go. */
const MOST_CHECKS = 60;
const ROLLOUT_BODY = 16 * 1024 * 1024;

export function fleetConfigRoutes(app: Api, { catalog, fleetConfig }: FleetConfigRoutesParts): void {
  const { configs, rollouts } = fleetConfig;
  const edgeParams = z.object({ name: nameSchema });

  /** A configuration tells of all stations of its edge: only for who may see them all. */
  const find = (request: FastifyRequest<{ Params: { name: string } }>): string => {
    const { name } = request.params;
    const known = catalog.edge(name) !== undefined || configs.running(name) !== null;
    if (!known || !scopeOf(sessionOf(request), catalog).hasEdge(name))
      throw new Problem(404, `there is no edge "${name}"`);
    return name;
  };
  const version = (edge: string, number: number): ConfigRow => {
    const row = configs.get(edge, number);
    if (row === null) throw new Problem(404, `there is no version ${number} of ${edge}`);
    return row;
  };
  const rollout = (request: FastifyRequest<{ Params: { id: number } }>) => {
    const { id } = request.params;
    const scope = scopeOf(sessionOf(request), catalog);
    const answer = rollouts.get(id);
    const steps = answer?.steps.filter(({ edge }) => scope.hasEdge(edge)) ?? [];
    if (answer === null || steps.length === 0) throw new Problem(404, `there is no rollout ${id}`);
    // It may name an edge that the caller does not see, and what is wrong there.
    const narrowed = answer.reason !== null && steps.length < answer.steps.length;
    return { ...answer, ...(narrowed && { reason: `rollout ${id} was stopped` }), steps };
  };

  app.get(
    '/api/v1/edges/:name/config',
    {
      config: { access: 'fleet.config.read' },
      schema: {
        params: edgeParams,
        response: { 200: edgeConfigAnswerSchema },
        summary: 'What an edge runs, what waits for it, and its versions',
      },
    },
    async (request) => {
      const edge = find(request);
      const running = configs.running(edge);
      const text = running && configs.get(edge, running.version)?.text;
      const wanted = configs.wanted(edge);
      return {
        edge,
        running: running && { ...running, text: text ?? '' },
        wanted: wanted && told(wanted),
        versions: configs.newest(edge, MOST_LISTED).map(told),
      };
    },
  );

  app.get(
    '/api/v1/edges/:name/config/versions/:version',
    {
      config: { access: 'fleet.config.read' },
      schema: {
        params: edgeParams.extend({ version: z.coerce.number().int().min(1) }),
        response: { 200: configVersionAnswerSchema },
        summary: 'A version with its text, and what it changed',
      },
    },
    async (request) => {
      const row = version(find(request), request.params.version);
      const before = row.replaces === null ? null : configs.get(row.edge, row.replaces);
      return {
        ...told(row),
        text: row.text,
        replaces: row.replaces,
        changes: changesOf(before?.value ?? null, row.value),
      };
    },
  );

  app.post(
    '/api/v1/edges/:name/config/check',
    {
      config: { access: 'fleet.config.read', rateLimit: { max: MOST_CHECKS, timeWindow: 60_000 } },
      bodyLimit: ONE_BODY,
      schema: {
        params: edgeParams,
        body: configCheckRequestSchema,
        response: { 200: configCheckSchema },
        summary:
          'What a configuration would change, why it cannot go, and the load of each line; nothing is sent',
      },
    },
    async (request) => configs.check(find(request), request.body.config),
  );

  app.post(
    '/api/v1/edges/:name/config/rollback',
    {
      config: { access: 'fleet.config.push' },
      schema: {
        params: edgeParams,
        body: rollbackRequestSchema,
        response: { 202: rolloutAnswerSchema },
        summary: 'Want an older version again, as a new version; it is on trial as any other',
      },
    },
    async (request, reply) => {
      const edge = find(request);
      const { text } = version(edge, request.body.version);
      const { trial_s } = request.body;
      return reply.code(202).send(await begin({ edges: [{ edge, config: text }], canary: 1, trial_s }));
    },
  );

  const begin = async (request: RolloutRequest) => {
    const id = await rollouts.start(request);
    const answer = typeof id === 'number' ? rollouts.get(id) : null;
    if (answer === null) throw new Problem(409, String(id));
    return answer;
  };

  app.post(
    '/api/v1/rollouts',
    {
      config: { access: 'fleet.config.push' },
      bodyLimit: ROLLOUT_BODY,
      schema: {
        body: rolloutRequestSchema,
        response: { 202: rolloutAnswerSchema },
        summary:
          'Roll configurations out: the canaries alone, then the others; the first that fails stops the rest',
      },
    },
    async (request, reply) => {
      const answer = await begin(request.body);
      return reply.code(202).header('location', `/api/v1/rollouts/${answer.id}`).send(answer);
    },
  );

  app.get(
    '/api/v1/rollouts',
    {
      config: { access: 'fleet.config.push' },
      schema: {
        response: { 200: z.object({ rollouts: z.array(rolloutAnswerSchema) }) },
        summary: 'The newest rollouts, newest first',
      },
    },
    async () => ({ rollouts: rollouts.newest(MOST_LISTED) }),
  );

  const idParams = z.object({ id: z.coerce.number().int().min(1) });
  app.get(
    '/api/v1/rollouts/:id',
    {
      config: { access: 'fleet.config.read' },
      schema: { params: idParams, response: { 200: rolloutAnswerSchema }, summary: 'How far a rollout is' },
    },
    async (request) => rollout(request),
  );

  app.post(
    '/api/v1/rollouts/:id/stop',
    {
      config: { access: 'fleet.config.push' },
      schema: {
        params: idParams,
        response: { 200: rolloutAnswerSchema },
        summary: 'Send nothing more; what is on trial ends as its edge decides',
      },
    },
    async (request) => {
      const { id } = rollout(request);
      if (!rollouts.stop(id, sessionOf(request).name)) throw new Problem(409, `rollout ${id} is over`);
      return rollout(request);
    },
  );
}

const told = ({ version, at, by, source, hash, state, reason, state_at }: ConfigRow): ConfigVersion => ({
  version,
  at,
  by,
  source,
  hash,
  state,
  reason,
  state_at,
});
