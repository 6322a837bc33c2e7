/** Rehearsals: what a rule would have told over a time that is stored. */
import { z } from 'zod';
import { rehearsalAnswerSchema } from '../../devices/wire/rehearsal.ts';
import { MOST_STATIONS, type Rehearsals } from '../rehearsal/rehearsals.ts';
import { wantedRuleSchema } from '../rehearsal/wanted.ts';
import { type ScopeCatalog, scopeOf } from '../scope.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

/** Flows with their comments are long. */
const MAX_BODY = 1024 * 1024;
const moment = z.int().min(0).max(8.64e15);

export interface RehearsalParts {
  readonly rehearsals: Rehearsals;
  readonly catalog: ScopeCatalog;
}

export function rehearsalRoutes(app: Api, { rehearsals, catalog }: RehearsalParts): void {
  app.post(
    '/api/v1/rehearsals',
    {
      config: { access: 'rehearsals' },
      bodyLimit: MAX_BODY,
      schema: {
        body: z.strictObject({
          stations: z.array(z.string().max(63)).min(1).max(MOST_STATIONS),
          from: moment.describe('epoch ms'),
          to: moment.describe('epoch ms, at most 366 days later'),
          rule: wantedRuleSchema,
        }),
        response: { 202: rehearsalAnswerSchema },
        summary: 'Run a stored time through a changed rule and the limits in force, faster than it was',
      },
    },
    async (request, reply) => {
      const answer = rehearsals.start({
        ...request.body,
        by: sessionOf(request).name,
        catalog: scopeOf(sessionOf(request), catalog),
      });
      if ('refused' in answer) throw new Problem(answer.refused === 'busy' ? 503 : 400, answer.detail);
      return reply.code(202).header('location', `/api/v1/rehearsals/${answer.id}`).send(answer);
    },
  );

  app.get(
    '/api/v1/rehearsals/:id',
    {
      config: { access: 'rehearsals' },
      schema: {
        params: z.object({ id: z.coerce.number().int().min(1) }),
        response: { 200: rehearsalAnswerSchema },
        summary: 'How far a rehearsal is, and its result; the newest 20 are kept until the gateway stops',
      },
    },
    async (request) => {
      const answer = rehearsals.get(request.params.id);
      const scope = scopeOf(sessionOf(request), catalog);
      if (answer === null || !answer.stations.every(scope.sees))
        throw new Problem(404, `there is no rehearsal ${request.params.id}: the newest 20 are kept`);
      return answer;
    },
  );
}
