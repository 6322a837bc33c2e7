/** The IOC feed, pulled by cursor: numbered records without holes. */
import { z } from 'zod';
import { feedRecordSchema } from '../../devices/wire/feed.ts';
import type { Feed } from '../ioc/feed.ts';
import type { Api } from './server.ts';

export function feedRoutes(app: Api, feed: Feed): void {
  app.get(
    '/api/v1/ioc/feed',
    {
      schema: {
        querystring: z.object({
          after: z.coerce
            .number()
            .int()
            .min(0)
            .default(0)
            .describe('number of the last record that you have'),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
        }),
        response: {
          200: z.object({
            records: z.array(feedRecordSchema),
            newest: z.int().describe('number of the newest record there is'),
          }),
        },
        summary: 'Records after a number, ascending; the numbers have no holes',
      },
    },
    async (request) => ({
      records: feed.after(request.query.after, request.query.limit),
      newest: feed.newest(),
    }),
  );
}
