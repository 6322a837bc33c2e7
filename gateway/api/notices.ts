/** Messages to people as they went out or did not, and trying a person's channels. Without texts and addresses. */
import { z } from 'zod';
import { noticeSchema, noticeTestSchema } from '../../devices/wire/notify.ts';
import { nameSchema } from '../../devices/word.ts';
import type { Notices } from '../notify/notices.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const config = { access: 'notices' } as const;

export function noticeRoutes(app: Api, { notices }: { readonly notices: Notices }): void {
  app.get(
    '/api/v1/notices',
    {
      config,
      schema: {
        querystring: z.object({
          cursor: z.coerce.number().int().min(1).optional(),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: { 200: z.object({ notices: z.array(noticeSchema), next: z.string().nullable() }) },
        summary: 'Messages to people, newest first',
      },
    },
    async ({ query: { cursor, limit } }) => {
      const found = notices.list(cursor ?? Number.MAX_SAFE_INTEGER, limit);
      return { notices: found, next: found.length === limit ? String(found.at(-1)?.number) : null };
    },
  );

  const busy = new Set<string>();
  app.post(
    '/api/v1/people/:id/test',
    {
      config,
      schema: {
        params: z.object({ id: nameSchema }),
        response: { 200: noticeTestSchema },
        summary: 'Send a test by each channel of a person',
      },
    },
    async ({ params: { id } }) => {
      const person = notices.people.get(id);
      if (person === null) throw new Problem(404, `there is no person "${id}"`);
      if (busy.has(id)) throw new Problem(409, `a test of person "${id}" is under way`);
      busy.add(id);
      try {
        const results = await notices.test(person);
        return {
          channels: results.map(({ kind, fault }) => ({
            kind,
            ok: fault === null,
            said: fault?.reason ?? 'taken',
          })),
        };
      } finally {
        busy.delete(id);
      }
    },
  );
}
