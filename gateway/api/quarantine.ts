/** What could not be accepted: to read, to run again after its cause is mended, to remove. */
import { z } from 'zod';
import { quarantineEntrySchema, type RerunAnswer, rerunAnswerSchema } from '../../devices/wire/api.ts';
import type { Quarantine } from '../quarantine.ts';
import type { Rerun } from '../quarantine-rerun.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

export interface QuarantineParts {
  readonly quarantine: Quarantine;
  readonly rerun: Rerun;
}

const id = z.coerce.number().int().min(1);
const idParams = z.object({ id });
const which = {
  client: z.string().max(100).optional().describe('account that sent it'),
  reason: z.string().max(500).optional().describe('a part of the reason'),
};
const TOGETHER = 20;
const config = { access: 'quarantine' } as const;

export function quarantineRoutes(app: Api, { quarantine, rerun }: QuarantineParts): void {
  const missing = (entry: number) => new Problem(404, `there is no entry ${entry} in quarantine`);

  app.get(
    '/api/v1/quarantine',
    {
      config,
      schema: {
        querystring: z.object({
          ...which,
          cursor: id.optional(),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: {
          200: z.object({
            entries: z.array(quarantineEntrySchema),
            count: z.int().describe('of all'),
            next: z.string().nullable(),
          }),
        },
        summary: 'What could not be accepted, newest first, with its reason',
      },
    },
    async (request) => {
      const { cursor, limit, ...filter } = request.query;
      const entries = quarantine.list(limit, { ...filter, before: cursor });
      return {
        entries,
        count: quarantine.count(),
        next: entries.length === limit ? String(entries.at(-1)?.id) : null,
      };
    },
  );

  app.get(
    '/api/v1/quarantine/:id',
    {
      config,
      schema: {
        params: idParams,
        response: { 200: quarantineEntrySchema },
        summary: 'One entry with its payload',
      },
    },
    async (request) => {
      const entry = quarantine.get(request.params.id);
      if (entry === undefined) throw missing(request.params.id);
      return entry;
    },
  );

  app.post(
    '/api/v1/quarantine/:id/rerun',
    {
      config,
      schema: {
        params: idParams,
        response: { 200: rerunAnswerSchema },
        summary: 'Run one entry again: what passes now is stored and leaves',
      },
    },
    async (request) => {
      const answer = await rerun(request.params.id);
      if (answer === null) throw missing(request.params.id);
      request.log.info({ by: sessionOf(request).name, ...answer }, 'quarantine run again');
      return answer;
    },
  );

  app.post(
    '/api/v1/quarantine/rerun',
    {
      config,
      schema: {
        body: z.object({
          ...which,
          after: z.int().min(0).default(0).describe('ids above this: `next` of the answer before'),
          limit: z.int().min(1).max(500).default(100),
        }),
        response: {
          200: z.object({ entries: z.array(rerunAnswerSchema), next: z.int().nullable() }),
        },
        summary: 'Run entries again, the oldest first',
      },
    },
    async (request) => {
      const { limit, ...filter } = request.body;
      const ids = quarantine.ids(limit, filter);
      const entries: RerunAnswer[] = [];
      // Some at a time share a commit; all at once would have all payloads in memory.
      for (let first = 0; first < ids.length; first += TOGETHER) {
        const answers = await Promise.all(ids.slice(first, first + TOGETHER).map(rerun));
        entries.push(...answers.filter((answer) => answer !== null));
      }
      const passed = entries.filter((entry) => entry.passed).length;
      request.log.info(
        { by: sessionOf(request).name, entries: entries.length, passed },
        'quarantine run again',
      );
      return { entries, next: ids.length === limit ? (ids.at(-1) ?? null) : null };
    },
  );

  app.delete(
    '/api/v1/quarantine/:id',
    { config, schema: { params: idParams, summary: 'Remove one entry for good' } },
    async (request, reply) => {
      if (quarantine.remove([request.params.id]) === 0) throw missing(request.params.id);
      request.log.info({ by: sessionOf(request).name, id: request.params.id }, 'quarantine entry removed');
      return reply.code(204).send();
    },
  );
}
