/** The audit log: its entries for whoever may see the area, and the whole chain for whoever proves it. */
import { z } from 'zod';
import { auditChainSchema, auditPageSchema } from '../../devices/wire/audit.ts';
import type { Audit } from '../audit/audit.ts';
import { sessionOf } from './auth.ts';
import type { Api } from './server.ts';

const number = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const moment = z.coerce.number().int().min(0).max(8.64e15);
const word = z.string().min(1).max(100);

export function auditRoutes(app: Api, { audit }: { readonly audit: Audit }): void {
  app.get(
    '/api/v1/audit',
    {
      config: { access: 'audit.read' },
      schema: {
        querystring: z.object({
          order: z.enum(['newest', 'oldest']).default('newest').describe('which comes first'),
          after: number
            .optional()
            .describe('goes on after this number in that order: `next` of the answer before'),
          limit: z.coerce.number().int().min(1).max(200).default(50),
          action: word
            .optional()
            .describe("one action, or all that begin with this word: 'limits', 'limits.set'"),
          who: z.string().min(1).max(300).optional(),
          station: word.optional().describe('entries whose `what` has this id as a part'),
          area: z.string().min(1).max(200).optional().describe('Vietnamese name of an area'),
          from: moment.optional().describe('epoch ms'),
          to: moment.optional().describe('epoch ms, exclusive'),
        }),
        response: { 200: auditPageSchema },
        summary:
          'Who changed what, when and from where. Whoever is limited to areas sees entries of those; a page may be short, or empty, before the last',
      },
    },
    async (request) => {
      const { after = null, ...query } = request.query;
      const { entries, next } = audit.page({ ...query, after, areas: sessionOf(request).areas });
      return { entries: [...entries], next };
    },
  );

  app.get(
    '/api/v1/audit/chain',
    {
      config: { access: 'audit.verify' },
      schema: {
        querystring: z.object({
          after: number.default(0).describe('entries after this number, the oldest first'),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
        }),
        response: { 200: auditChainSchema },
        summary:
          'All entries with hash and signature, to prove that none was changed, removed or put in between',
      },
    },
    async ({ query: { after, limit } }) => {
      // First: what is written meanwhile is asked for with the next page.
      const newest = audit.head().number;
      const { entries, previous } = audit.chain(after, limit);
      return { records: [...entries], newest, oldest: 1, previous };
    },
  );
}
