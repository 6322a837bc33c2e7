/** What an operator does with an alert: acknowledge, note, shelve, reset, correct, retract. Who and why are kept. */
import { z } from 'zod';
import { LEVELS } from '../../devices/limit.ts';
import { type AlertAnswer, alertAnswerSchema } from '../../devices/wire/api.ts';
import type { AlertBook } from '../alerts/book.ts';
import type { Refusal } from '../alerts/by-people.ts';
import { type ScopeCatalog, scopeOf } from '../scope.ts';
import { shownAlert } from '../scope-alerts.ts';
import { findAlert, idParams } from './alerts.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

export interface AlertActionParts {
  readonly alerts: AlertBook;
  readonly catalog: ScopeCatalog;
  readonly shelveMostS: number;
  readonly now: () => number;
}

export const text = z.string().trim().min(1).max(1000);
const noteBody = z.object({ note: text.optional() });

/** A time to come: `until`, or `minutes` from now. */
export const endShape = {
  until: z.int().optional().describe('epoch milliseconds'),
  minutes: z.number().positive().optional().describe('from now, instead of `until`'),
};

/** The end that a body names, epoch ms; null when it names none. */
export function endOf(
  body: { until?: number | undefined; minutes?: number | undefined },
  now: number,
): number | null {
  if (body.until !== undefined && body.minutes !== undefined)
    throw new Problem(400, 'say either until or minutes, not both');
  const until = body.until ?? (body.minutes === undefined ? null : Math.round(now + body.minutes * 60_000));
  if (until !== null && until <= now) throw new Problem(400, 'until must be later than now');
  return until;
}

const REFUSALS: Readonly<Record<Exclude<Refusal, 'unknown'>, string>> = {
  cleared: 'is cleared already',
  'not shelved': 'is not shelved',
  'not latched': 'is not latched: only an alert whose condition is over and that waits for it can be reset',
  retracted: 'is retracted already',
  'has that level': 'has that level already',
};

function done(id: number, result: AlertAnswer | Refusal): AlertAnswer {
  if (typeof result !== 'string') return result;
  if (result === 'unknown') throw new Problem(404, `there is no alert ${id}`);
  throw new Problem(409, `alert ${id} ${REFUSALS[result]}`);
}

export function alertActionRoutes(app: Api, { alerts, catalog, shelveMostS, now }: AlertActionParts): void {
  const action = <B extends z.ZodType>(
    name: string,
    body: B,
    summary: string,
    act: (id: number, by: string, body: z.infer<B>) => AlertAnswer | Refusal,
  ): void => {
    app.post(
      `/api/v1/alerts/:id/${name}`,
      {
        config: { access: 'alerts.act' },
        schema: { params: idParams, body, response: { 200: alertAnswerSchema }, summary },
      },
      async (request) => {
        const { id } = request.params as z.infer<typeof idParams>;
        const session = sessionOf(request);
        const scope = scopeOf(session, catalog);
        const { about } = findAlert(alerts, scope, id);
        if (about?.kind === 'edge' && !scope.hasEdge(about.id))
          throw new Problem(403, `edge ${about.id} has stations beyond the areas of ${session.name}`);
        return shownAlert(scope, done(id, act(id, session.name, request.body as z.infer<B>)));
      },
    );
  };

  action('acknowledge', noteBody, 'Acknowledge an alert that is not cleared', (id, by, { note }) =>
    alerts.acknowledge(id, by, note),
  );
  action('note', z.object({ text }), 'Add a note to an alert', (id, by, body) =>
    alerts.note(id, by, body.text),
  );
  action(
    'shelve',
    z.object({ ...endShape, reason: text }),
    'Set the condition of an alert aside until a time; it comes back by itself',
    (id, by, body) => {
      const until = endOf(body, now());
      if (until === null) throw new Problem(400, 'say until when it is shelved: until or minutes');
      if (until > now() + shelveMostS * 1000)
        throw new Problem(400, `an alert may be shelved for ${shelveMostS / 3600} hours at most`);
      return alerts.shelve(id, by, until, body.reason);
    },
  );
  action('unshelve', noteBody, 'End the shelving of an alert', (id, by, { note }) =>
    alerts.unshelve(id, by, note),
  );
  action('reset', noteBody, 'Reset a latched alert, whose condition is over', (id, by, { note }) =>
    alerts.reset(id, by, note),
  );
  action(
    'correct',
    z.object({ level: z.enum(LEVELS), reason: text }),
    'Set another level: what was told of it was wrong',
    (id, by, { level, reason }) => alerts.correct(id, by, level, reason),
  );
  action(
    'retract',
    z.object({ reason: text }),
    'Take an alert back, also one that is cleared: it never was',
    (id, by, { reason }) => alerts.retract(id, by, reason),
  );
}
