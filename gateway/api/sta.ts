/** OGC SensorThings API 1.1, read side, at /sta/v1.1/ (gateway/sta). */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StaFault } from '../sta/fault.ts';
import { answerSta, type ServiceParts } from '../sta/service.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const ROOT = '/sta/v1.1';

export interface StaParts {
  readonly sta: ServiceParts;
  readonly mqttPort: number;
}

export function staRoutes(app: Api, { sta, mqttPort }: StaParts): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const [path = ''] = request.url.split('?');
    try {
      const answered = await answerSta(sta, {
        path: decoded(path.slice(ROOT.length)),
        query: given(request.query as Readonly<Record<string, string | readonly string[]>>),
        base: `${request.protocol}://${request.host}${ROOT}`,
        broker: `mqtt://${request.hostname}:${mqttPort}`,
      });
      if ('text' in answered) return reply.type('text/plain; charset=utf-8').send(answered.text);
      // As text: there is no schema of an answer that $select and $expand shape.
      return reply.type('application/json; charset=utf-8').send(JSON.stringify(answered.json));
    } catch (error) {
      if (error instanceof StaFault) throw new Problem(error.status, error.message);
      throw error;
    }
  };
  const summary = 'OGC SensorThings API 1.1, read side (docs/ioc.md)';
  for (const path of [ROOT, `${ROOT}/*`]) app.get(path, { schema: { summary } }, answer);
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
