/** The limits of a station: those in force, changing them, and what they were before. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  limitVersionSchema,
  type StationLimitsAnswer,
  stationLimitsAnswerSchema,
} from '../../devices/wire/api.ts';
import { stationLimitsSchema } from '../../devices/wire/messages.ts';
import type { Catalog, KnownStation } from '../catalog.ts';
import { limitsFault, type StationLimits } from '../limits/limits.ts';
import { scopeOf } from '../scope.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

export interface LimitsParts {
  readonly catalog: Catalog;
  readonly limits: StationLimits;
}

export function limitsRoutes(app: Api, { catalog, limits }: LimitsParts): void {
  const idParams = z.object({ id: z.string().max(63) });
  const find = (request: FastifyRequest<{ Params: { id: string } }>): KnownStation => {
    const { id } = request.params;
    const station = scopeOf(sessionOf(request), catalog).get(id);
    if (station === undefined) throw new Problem(404, `there is no station "${id}"`);
    return station;
  };
  const answer = (station: KnownStation): StationLimitsAnswer => {
    const inForce = limits.inForce(station);
    const edge = limits.atEdge(station);
    return {
      station: station.id,
      ...inForce,
      limits: [...inForce.limits],
      sources: limits.sources(station),
      edge: { name: station.edge, ...edge, taken_over: edge.version === inForce.version },
    };
  };

  app.get(
    '/api/v1/stations/:id/limits',
    {
      config: { access: 'limits.read' },
      schema: {
        params: idParams,
        response: { 200: stationLimitsAnswerSchema },
        summary: 'The limits in force at a station, who set them and why',
      },
    },
    async (request) => answer(find(request)),
  );

  app.put(
    '/api/v1/stations/:id/limits',
    {
      config: { access: 'limits.write' },
      schema: {
        params: idParams,
        body: z.strictObject({
          based_on: z.int().min(0).describe('the version that was read and changed'),
          reason: z.string().trim().min(1).max(1000),
          limits: stationLimitsSchema.describe('all limits of the station: what is left out is removed'),
        }),
        response: { 200: stationLimitsAnswerSchema },
        summary: 'Set the limits of a station; its edge and the flows take them over at once',
      },
    },
    async (request) => {
      const station = find(request);
      const { based_on: basedOn, reason, limits: wanted } = request.body;
      const fault = limitsFault(station, wanted);
      if (fault !== null) throw new Problem(400, fault);
      const by = sessionOf(request).name;
      if (limits.change(station, { basedOn, by, reason, limits: wanted }) === 'outdated') {
        const { version, by: other } = limits.inForce(station);
        const who = other === null ? '' : `, set by ${other}`;
        throw new Problem(
          409,
          `the limits of ${station.id} are at version ${version}${who}, and this change is based on ${basedOn}: read them again`,
        );
      }
      return answer(station);
    },
  );

  app.get(
    '/api/v1/stations/:id/limits/versions',
    {
      config: { access: 'limits.read' },
      schema: {
        params: idParams,
        querystring: z.object({
          cursor: z.coerce.number().int().min(0).optional().describe('`next` of the answer before'),
          limit: z.coerce.number().int().min(1).max(100).default(20),
        }),
        response: {
          200: z.object({ versions: z.array(limitVersionSchema), next: z.string().nullable() }),
        },
        summary: 'All versions of the limits of a station, newest first; to go back to one, set it again',
      },
    },
    async (request) => {
      const { cursor = Number.MAX_SAFE_INTEGER, limit } = request.query;
      const versions = limits.versions(find(request), cursor, limit);
      const last = versions.at(-1);
      return {
        versions: versions.map((version) => ({ ...version, limits: [...version.limits] })),
        next: versions.length === limit && last !== undefined ? String(last.version) : null,
      };
    },
  );
}
