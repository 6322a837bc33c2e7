/** What needs no login: the page behind the link of a message, and where an SMS gateway brings what people answer. */
import { timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Notices } from '../notify/notices.ts';
import { WORDS } from '../notify/texts/message.ts';
import { hashToken } from '../password.ts';
import { pageStyleRoute, sendPage } from './acknowledge-page.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

export interface AcknowledgeParts {
  readonly notices: Notices;
  /** undefined: nothing comes in by HTTP. */
  readonly smsIncoming: { readonly secret: string; readonly from: string; readonly text: string } | undefined;
}

const MOST_SMS = 5000;

export function acknowledgeRoutes(app: Api, parts: AcknowledgeParts): void {
  linkRoutes(app, parts.notices);
  // A form is how most SMS gateways bring them; nothing else of the API takes one.
  app.register(async (sms) => {
    sms.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    smsRoute(sms as unknown as Api, parts);
  });
}

function linkRoutes(app: Api, { acknowledging, shown }: Notices): void {
  // A link that is good has a count of its own: behind a proxy or a carrier's NAT the guesses of one would be everybody's.
  const keyGenerator = ({ ip, params }: FastifyRequest): string => {
    const { token } = params as { token: string };
    return acknowledging.messageOf(token) === null ? ip : token;
  };
  const config = { access: 'ack.link', rateLimit: { max: 30, timeWindow: 60_000, keyGenerator } } as const;
  const schema = { params: z.object({ token: z.string().max(100) }), hide: true };
  const gone = (reply: FastifyReply): FastifyReply =>
    sendPage(reply.code(410), {
      language: 'vi',
      level: null,
      title: 'Quantrac',
      alerts: [],
      text: `${WORDS.vi.page.gone} / ${WORDS.en.page.gone}`,
      button: null,
    });
  pageStyleRoute(app);

  // Mail programs follow links by themselves: looking at the page acknowledges nothing.
  app.get('/ack/:token', { config, schema }, async (request, reply) => {
    const message = acknowledging.messageOf(request.params.token);
    const found = message === null ? null : shown(message);
    if (found === null) return gone(reply);
    const { language } = found;
    const { ask, button } = WORDS[language].page;
    return sendPage(reply, { ...found, text: ask, button });
  });
  app.post('/ack/:token', { config, schema }, async (request, reply) => {
    const message = acknowledging.messageOf(request.params.token);
    const found = message === null ? null : shown(message);
    if (found === null || !(await acknowledging.byLink(request.params.token))) return gone(reply);
    return sendPage(reply, { ...found, text: WORDS[found.language].page.done, button: null });
  });
}

/** Of a bearer, or the password of a login: many gateways can be given no more than `https://name:secret@...`. */
function secretIn(authorization: string | undefined): string | undefined {
  const [scheme, given = ''] = authorization?.split(' ') ?? [];
  if (scheme?.toLowerCase() === 'bearer') return given;
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  const login = Buffer.from(given, 'base64').toString();
  return login.slice(login.indexOf(':') + 1);
}

/** Many gateways bring what has digits only as a number. */
const textOf = (value: unknown): string | null =>
  typeof value === 'string' ? value : Number.isSafeInteger(value) ? String(value) : null;

function smsRoute(app: Api, { notices, smsIncoming }: AcknowledgeParts): void {
  const expected = smsIncoming && hashToken(smsIncoming.secret);
  const matches = (given: string | undefined): boolean =>
    expected !== undefined &&
    given !== undefined &&
    timingSafeEqual(Buffer.from(hashToken(given)), Buffer.from(expected));
  const isGateway = ({ headers }: FastifyRequest): boolean => matches(secretIn(headers.authorization));
  // Whoever does not know the secret takes nothing of the gateway's share.
  const keyGenerator = (request: FastifyRequest): string => (isGateway(request) ? 'the gateway' : request.ip);

  app.post(
    '/api/v1/notify/sms',
    {
      config: { access: 'sms.incoming', rateLimit: { max: 600, timeWindow: 60_000, keyGenerator } },
      schema: {
        body: z.record(z.string(), z.unknown()),
        summary:
          'What somebody has answered by SMS, from an HTTP SMS gateway with the secret of the settings',
      },
    },
    async (request, reply) => {
      if (smsIncoming === undefined) throw new Problem(404, 'notify.sms_incoming in the settings is not set');
      if (!isGateway(request)) throw new Problem(401, 'the secret of notify.sms_incoming is needed');
      const from = textOf(request.body[smsIncoming.from]);
      const text = textOf(request.body[smsIncoming.text]);
      if (from === null || text === null || from.length > 50 || text.length > MOST_SMS)
        throw new Problem(400, `body: needs the texts "${smsIncoming.from}" and "${smsIncoming.text}"`);
      await notices.answered({ from, text });
      return reply.code(204).send();
    },
  );
}
