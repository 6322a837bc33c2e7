/** Where the feed is delivered to: how far each got, what was refused, and what a person can do about it. */
import { z } from 'zod';
import {
  deadLetterSchema,
  destinationAnswerSchema,
  destinationTestSchema,
  resentSchema,
} from '../../devices/wire/destination.ts';
import type { Delivery } from '../ioc/delivery.ts';
import type { DeliveryLoop } from '../ioc/delivery-loop.ts';
import { reasonOf } from '../ioc/delivery-reason.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const ROOT = '/api/v1/ioc/destinations';
const TEST_MS = 30_000;
/** Each item may have some kilobytes. */
const MOST_LETTERS = 100;
const config = { access: 'destinations' } as const;
const idParams = z.object({ id: z.string().max(63) });
const number = z.coerce.number().int().min(0);
const letterParams = idParams.extend({ number });

export function destinationRoutes(app: Api, { delivery }: { readonly delivery: Delivery }): void {
  const find = (id: string): DeliveryLoop => {
    const found = delivery.get(id);
    if (found === undefined) throw new Problem(404, `there is no destination "${id}"`);
    return found;
  };
  const noLetter = (id: string, letter: number) =>
    new Problem(404, `destination "${id}" has no dead letter ${letter}`);
  /** A test or a resend that a person asked for; more at once would only wait for each other. */
  const busy = new Set<string>();
  async function alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    if (busy.has(id)) throw new Problem(409, `a test or resend at destination "${id}" is under way`);
    busy.add(id);
    try {
      return await work();
    } finally {
      busy.delete(id);
    }
  }

  app.get(
    ROOT,
    {
      config,
      schema: {
        response: { 200: z.object({ destinations: z.array(destinationAnswerSchema) }) },
        summary: 'All destinations: how far each got, and what keeps it from more',
      },
    },
    async () => ({ destinations: delivery.states() }),
  );

  app.get(
    `${ROOT}/:id/dead-letters`,
    {
      config,
      schema: {
        params: idParams,
        querystring: z.object({
          after: number.default(0).describe('numbers above this: `next` of the answer before'),
          limit: z.coerce.number().int().min(1).max(MOST_LETTERS).default(20),
        }),
        response: {
          200: z.object({ letters: z.array(deadLetterSchema), next: z.int().nullable() }),
        },
        summary: 'What the receiver has refused for good, with its reason',
      },
    },
    async (request) => {
      const { after, limit } = request.query;
      const letters = await find(request.params.id).letters(after, limit);
      return { letters, next: letters.length === limit ? (letters.at(-1)?.number ?? null) : null };
    },
  );

  app.post(
    `${ROOT}/:id/dead-letters/:number/resend`,
    {
      config,
      schema: {
        params: letterParams,
        response: { 200: resentSchema },
        summary: 'Send a dead letter again; it leaves when the receiver takes it',
      },
    },
    async (request) => {
      const { id, number: letter } = request.params;
      const loop = find(id);
      const result = await alone(id, () => loop.resend(letter));
      if (result === 'unknown') throw noLetter(id, letter);
      if (result === 'gone')
        throw new Problem(409, `item ${letter} is not kept any more: discard its letter`);
      if (result === 'stopped') throw new Problem(409, `destination "${id}" is stopped: resume it first`);
      const { reason } = result;
      request.log.info(
        { by: sessionOf(request).name, destination: id, item: letter, reason },
        'dead letter sent again',
      );
      return { delivered: reason === null, reason };
    },
  );

  app.post(
    `${ROOT}/:id/dead-letters/:number/discard`,
    { config, schema: { params: letterParams, summary: 'Remove a dead letter for good, unsent' } },
    async (request, reply) => {
      const { id, number: letter } = request.params;
      if (!find(id).discard(letter)) throw noLetter(id, letter);
      request.log.info(
        { by: sessionOf(request).name, destination: id, item: letter },
        'dead letter discarded',
      );
      return reply.code(204).send();
    },
  );

  app.post(
    `${ROOT}/:id/resume`,
    {
      config,
      schema: {
        params: idParams,
        response: { 200: destinationAnswerSchema },
        summary: 'Let a stopped destination go on, or try a failing one now',
      },
    },
    async (request) => {
      const { id } = request.params;
      const loop = find(id);
      if (!loop.resume())
        throw new Problem(409, `destination "${id}" is neither stopped nor waiting to try again`);
      request.log.info({ by: sessionOf(request).name, destination: id }, 'delivery resumed');
      return loop.state();
    },
  );

  app.post(
    `${ROOT}/:id/test`,
    {
      config,
      schema: {
        params: idParams,
        response: { 200: destinationTestSchema },
        summary: 'Reach the receiver with what says that it is a test',
      },
    },
    async (request) => {
      const { id } = request.params;
      const loop = find(id);
      return alone(id, async () => {
        try {
          return { ok: true, said: await loop.test(AbortSignal.timeout(TEST_MS)) };
        } catch (error) {
          return { ok: false, said: reasonOf(error) };
        }
      });
    },
  );
}
