/** The IOC feed, pulled by cursor, waited for where there is nothing new; and the key that proves it. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { FEED_KINDS, type FeedEntry, feedKeySchema, feedPageSchema } from '../../devices/wire/feed.ts';
import type { Feed, FeedPage, FeedQuery } from '../ioc/feed.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const MAX_WAIT_S = 60;
/** Each keeps a connection: a receiver needs one. */
const MAX_WAITERS = 200;
/** Of one user: no one takes the places of the others. */
const MAX_WAITERS_OF_ONE = 20;

const queryShape = {
  after: z.coerce.number().int().min(0).default(0).describe('number of the last record that you have'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  kinds: z
    .string()
    .max(500)
    .optional()
    .describe(`only these, with commas between: ${FEED_KINDS.join(', ')}. The chain is proved over all`),
  wait: z.coerce
    .number()
    .min(0)
    .max(MAX_WAIT_S)
    .default(0)
    .describe('seconds to wait for a record where there is none yet'),
};

export function feedRoutes(app: Api, feed: Feed): void {
  /** Of each user who waits now. */
  const waiters = new Map<string, number>();

  /** Takes a place among those who wait. Answers how it is given back. */
  const placeFor = (user: string): (() => void) => {
    const own = waiters.get(user) ?? 0;
    if (own >= MAX_WAITERS_OF_ONE)
      throw new Problem(429, `${own} receivers of ${user} wait already: ask without wait, or later`);
    if ([...waiters.values()].reduce((sum, count) => sum + count, 0) >= MAX_WAITERS)
      throw new Problem(503, `${MAX_WAITERS} receivers wait already: ask without wait, or later`);
    waiters.set(user, own + 1);
    return () => {
      const left = (waiters.get(user) ?? 0) - 1;
      if (left > 0) waiters.set(user, left);
      else waiters.delete(user);
    };
  };

  const waited = async (
    user: string,
    query: FeedQuery,
    seconds: number,
    closed: AbortSignal,
  ): Promise<FeedPage> => {
    const leave = placeFor(user);
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), seconds * 1000);
    const end = AbortSignal.any([over.signal, closed]);
    try {
      for (let after = query.after; ; ) {
        const page = feed.page({ ...query, after });
        if (page.texts.length > 0 || end.aborted) return page;
        if (page.next < feed.newest()) await nextTurn();
        else await feed.added(end);
        after = page.next;
      }
    } finally {
      leave();
      clearTimeout(timer);
    }
  };

  app.get(
    '/api/v1/ioc/feed',
    {
      config: { access: 'feed.read' },
      schema: {
        querystring: z.object(queryShape),
        response: { 200: feedPageSchema },
        summary: 'Records after a number, ascending; the numbers have no holes',
      },
    },
    async (request, reply) => {
      const { after, limit, kinds, wait } = request.query;
      const query = { after, limit, kinds: kinds === undefined ? undefined : kindsOf(kinds) };
      const closed = new AbortController();
      reply.raw.once('close', () => closed.abort());
      const { texts, ...page } =
        wait > 0 ? await waited(sessionOf(request).name, query, wait, closed.signal) : feed.page(query);
      const rest = JSON.stringify({ ...page, newest: feed.newest(), oldest: feed.oldest() });
      // As text: a record is proved as it was written, with all that it had then.
      reply.type('application/json');
      return reply.send(`{"records":[${texts.join()}],${rest.slice(1)}` as never);
    },
  );

  app.get(
    '/api/v1/ioc/key',
    {
      config: { access: 'feed.read' },
      schema: {
        response: { 200: feedKeySchema },
        summary: 'The public key of the signatures of the feed',
      },
    },
    async () => feed.publicKey,
  );
}

function kindsOf(text: string): ReadonlySet<FeedEntry['kind']> {
  const known = new Map(FEED_KINDS.map((kind) => [kind as string, kind]));
  return new Set(
    text.split(',').map((name) => {
      const kind = known.get(name.trim());
      if (kind === undefined)
        throw new Problem(400, `kinds: there are no records "${name.trim()}", only ${FEED_KINDS.join(', ')}`);
      return kind;
    }),
  );
}
