/** CAP messages: what holds as an Atom feed, each document, and the drafts that a person approves or refuses. */
import { z } from 'zod';
import { type CapDraftAnswer, capDraftSchema } from '../../devices/wire/cap.ts';
import { atomFeed } from '../ioc/cap/atom.ts';
import type { CapBook, CapRefusal, DraftAnswer } from '../ioc/cap/book.ts';
import { DRAFT_STATES } from '../ioc/cap/rows.ts';
import type { CapSettings } from '../ioc/cap/settings.ts';
import { text } from './alert-actions.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

export interface CapParts {
  /** Undefined: CAP is off. */
  readonly cap: { readonly book: CapBook; readonly settings: CapSettings } | undefined;
  readonly now: () => number;
}

const config = { access: 'cap.read' } as const;
const MOST_ENTRIES = 1000;

const answerOf = ({ draft, message }: DraftAnswer): CapDraftAnswer => ({
  number: draft.number,
  chain: draft.chain,
  kind: draft.content.kind,
  status: draft.content.status,
  state: draft.state,
  made_at: draft.madeAt,
  decided_by: draft.decidedBy,
  decided_at: draft.decidedAt,
  reason: draft.reason,
  note: draft.content.note ?? null,
  info: draft.content.info.map((info) => ({
    language: info.language,
    event: info.event,
    severity: info.severity,
    urgency: info.urgency,
    certainty: info.certainty,
    headline: info.headline,
    description: info.description,
    instruction: info.instruction,
    areas: info.area.map(({ areaDesc }) => areaDesc),
  })),
  message: message && {
    identifier: message.identifier,
    type: message.type,
    sent: message.sent,
    expires: message.expires,
  },
});

const REFUSALS: Readonly<Record<Exclude<CapRefusal, 'unknown'>, string>> = {
  decided: 'is decided already',
  over: 'is overtaken: something newer is to be said, or nothing of it holds any more',
  faulty: 'breaks a rule of CAP and was not sent: its reason says which',
  'no fire': 'has no fire alarm that stands',
};

export function capRoutes(app: Api, parts: CapParts): void {
  const open = () => {
    if (parts.cap === undefined)
      throw new Problem(404, 'there are no CAP messages: ioc.cap in the settings names no sender');
    return parts.cap;
  };

  app.get(
    '/api/v1/cap/feed.atom',
    { config, schema: { summary: 'The CAP messages that hold, as an Atom feed (RFC 4287)' } },
    async (_request, reply) => {
      const { book, settings } = open();
      return reply
        .type('application/atom+xml; charset=utf-8')
        .send(atomFeed(book.inForce(MOST_ENTRIES), settings, parts.now()));
    },
  );

  app.get(
    '/api/v1/cap/:file',
    {
      config,
      schema: {
        params: z.object({ file: z.string().max(200).describe('{identifier}.xml') }),
        summary: 'One CAP message as it went out',
      },
    },
    async (request, reply) => {
      const { file } = request.params;
      const found = file.endsWith('.xml') ? open().book.byIdentifier(file.slice(0, -'.xml'.length)) : null;
      if (found === null) throw new Problem(404, `there is no CAP message ${file.slice(0, 200)}`);
      return reply.type('application/cap+xml; charset=utf-8').send(found.xml);
    },
  );

  app.get(
    '/api/v1/cap/drafts',
    {
      config,
      schema: {
        querystring: z.object({
          state: z.enum([...DRAFT_STATES, 'all']).default('pending'),
          cursor: z.coerce.number().int().min(1).optional().describe('`next` of the answer before'),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: { 200: z.object({ drafts: z.array(capDraftSchema), next: z.string().nullable() }) },
        summary: 'Drafts of CAP messages, newest first: those that wait for a person, or others',
      },
    },
    async ({ query: { state, cursor, limit } }) => {
      const found = open().book.list(state, cursor ?? Number.MAX_SAFE_INTEGER, limit);
      const next = found.length === limit ? String(found.at(-1)?.draft.number) : null;
      return { drafts: found.map(answerOf), next };
    },
  );

  const numberParams = z.object({ number: z.coerce.number().int().min(1) });
  const decide = <B extends z.ZodType>(
    name: 'approve' | 'refuse',
    body: B,
    summary: string,
    act: (book: CapBook, number: number, by: string, body: z.infer<B>) => Promise<DraftAnswer | CapRefusal>,
  ): void => {
    app.post(
      `/api/v1/cap/drafts/:number/${name}`,
      {
        config: { access: 'cap.decide' },
        schema: { params: numberParams, body, response: { 200: capDraftSchema }, summary },
      },
      async (request) => {
        const { number } = request.params as z.infer<typeof numberParams>;
        const result = await act(open().book, number, sessionOf(request).name, request.body as z.infer<B>);
        if (typeof result !== 'string') return answerOf(result);
        if (result === 'unknown') throw new Problem(404, `there is no draft ${number}`);
        throw new Problem(409, `draft ${number} ${REFUSALS[result]}`);
      },
    );
  };
  decide(
    'approve',
    z.object({ reason: text.optional() }),
    'Send out a draft that waits',
    (book, number, by, { reason }) => book.approve(number, by, reason ?? null),
  );
  decide('refuse', z.object({ reason: text }), 'Do not send out a draft', (book, number, by, { reason }) =>
    book.refuse(number, by, reason),
  );

  app.post(
    '/api/v1/cap/chains/:number/confirm',
    {
      config: { access: 'cap.decide' },
      schema: {
        params: numberParams,
        body: z.object({ reason: text }),
        response: { 200: z.object({ chain: z.int() }) },
        summary: 'Say that a person has seen the fire that sensors report: the warning is updated',
      },
    },
    async (request) => {
      const { number } = request.params;
      const fault = await open().book.confirm(number, sessionOf(request).name, request.body.reason);
      if (fault === 'unknown') throw new Problem(404, `there is no chain ${number} that is open`);
      if (fault !== null) throw new Problem(409, `chain ${number} ${REFUSALS[fault]}`);
      return { chain: number };
    },
  );
}
