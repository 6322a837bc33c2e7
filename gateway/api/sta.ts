/** OGC SensorThings API 1.1, read side, at /sta/v1.1/ (gateway/sta). */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { scopeOf } from '../scope.ts';
import { StaFault } from '../sta/fault.ts';
import { answerSta, type ServiceParts } from '../sta/service.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const ROOT = '/sta/v1.1';
/** Answers of one login that are being made: each may read a store for seconds. */
const MOST_AT_ONCE = 8;
/** Characters of a path below the root. */
const MAX_PATH = 4000;

export interface StaParts {
  readonly sta: ServiceParts;
  readonly mqttPort: number;
}

export function staRoutes(app: Api, { sta, mqttPort }: StaParts): void {
  const underWay = new Map<string, number>();
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const [path = ''] = request.url.split('?');
    const session = sessionOf(request);
    const { name } = session;
    const others = underWay.get(name) ?? 0;
    if (others >= MOST_AT_ONCE) {
      reply.header('retry-after', '1');
      throw new Problem(
        429,
        `${MOST_AT_ONCE} questions of ${name} are being answered: ask again after one of them`,
      );
    }
    underWay.set(name, others + 1);
    try {
      const { type, body } = await answerSta(
        { ...sta, catalog: scopeOf(session, sta.catalog) },
        {
          path: decoded(path.slice(ROOT.length)),
          query: given(request.query as Readonly<Record<string, string | readonly string[]>>),
          base: `${request.protocol}://${request.host}${ROOT}`,
          broker: `mqtt://${request.hostname}:${mqttPort}`,
        },
      );
      return reply.type(`${type}; charset=utf-8`).send(body);
    } catch (error) {
      if (error instanceof StaFault) throw new Problem(error.status, error.message);
      throw error;
    } finally {
      const left = (underWay.get(name) ?? 1) - 1;
      if (left > 0) underWay.set(name, left);
      else underWay.delete(name);
    }
  };
  const summary = 'OGC SensorThings API 1.1, read side (docs/sensorthings.md)';
  const config = { access: 'sta.read' } as const;
  const params = z.object({ '*': z.string().max(MAX_PATH) });
  app.get(ROOT, { config, schema: { summary } }, answer);
  app.get(`${ROOT}/*`, { config, schema: { summary, params } }, answer);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new Problem(400, 'the path is not encoded as an address is');
  }
}

function* given(query: Readonly<Record<string, string | readonly string[]>>): Generator<[string, string]> {
  for (const [name, value] of Object.entries(query))
    for (const one of typeof value === 'string' ? [value] : value) yield [name, one];
}
