/**
 * An HTTP request made from a template: SMS gateways, and chat services such as Zalo OA. `{text}` and its like stand in url, headers and
 * body, and are escaped as that place asks.
 */
import http from 'node:http';
import https from 'node:https';
import { UserFault } from '../../../devices/kit/fault.ts';
import { reasonOf } from '../../ioc/delivery-reason.ts';
import { readSecret } from '../../ioc/destination-secret.ts';
import { readTls } from '../../ioc/destination-tls.ts';
import { ask } from '../../ioc/destinations/webhook-request.ts';
import { Unanswered, Undeliverable } from '../channel.ts';
import { PLACEHOLDERS, type TemplateSettings } from './settings.ts';

/** What is put in. Absent things are empty. */
export type Values = Readonly<Record<(typeof PLACEHOLDERS)[number], string>>;

export interface TemplateRequest {
  /** Returns when the service has taken it. Throws Undeliverable, Unanswered, or an Error; none has a value in it. */
  send(values: Values, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** So long a service may take for its answer: some wait for the network that the message goes to. */
const ANSWER_MS = 30_000;
/** And for the answer after its status. */
const BODY_MS = 10_000;
/** Of whoever stands before the service, and had no answer from it. */
const GATEWAY_TIMEOUT = 504;
/** Of the message, not of the way to the service: it would always answer so. */
const REFUSALS: readonly number[] = [400, 413, 422];

type Escape = (value: string) => string;
const asIs: Escape = (value) => value;
const inJson: Escape = (value) => JSON.stringify(value).slice(1, -1);
const inXml: Escape = (value) => value.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
// No header may have more than printable ASCII, and no line end.
const inHeader: Escape = (value) => value.replace(/[^\x20-\x7e]/g, '?');

const IN_BODY: Readonly<Record<TemplateSettings['content_type'], Escape>> = {
  'application/json': inJson,
  'application/x-www-form-urlencoded': encodeURIComponent,
  'text/xml': inXml,
  'application/xml': inXml,
  'text/plain': asIs,
};

/** Throws a UserFault that names `where` when the template is wrong, or a file or secret is absent. */
export function openTemplate(settings: TemplateSettings, where: string): TemplateRequest {
  const { method, headers, content_type, body, success } = settings;
  const secrets = Object.fromEntries(
    Object.entries(settings.secrets).map(([name, secret]) => [name, readSecret(secret)]),
  );
  check(settings, where);
  const taken = success === undefined ? null : new RegExp(success, 'u');
  const isSecure = settings.url.startsWith('https:');
  // A connection for each: one that the service ended just when it was used again would look like a lost answer.
  const agent = isSecure ? new https.Agent(readTls(settings.tls)) : new http.Agent();

  return {
    async send(values, signal) {
      const known = { ...values, ...secrets };
      const sent = method === 'GET' ? '' : fill(body, known, IN_BODY[content_type]);
      const filled = Object.entries(headers).map(([name, value]) => [name, fill(value, known, inHeader)]);
      let written = false;
      const answer = await ask(
        new URL(fill(settings.url, known, encodeURIComponent)),
        {
          method,
          headers: {
            ...(method !== 'GET' && { 'content-type': `${content_type}; charset=utf-8` }),
            ...Object.fromEntries(filled),
          },
          body: sent,
          answerMs: ANSWER_MS,
          bodyMs: BODY_MS,
          onWritten: () => {
            written = true;
          },
        },
        agent,
        signal,
      ).catch((error: unknown) => {
        throw written ? new Unanswered(reasonOf(error)) : error;
      });
      const said = `the service answered ${answer.status}`;
      if (REFUSALS.includes(answer.status)) throw new Undeliverable(`${said}: it does not take this message`);
      if (answer.status === GATEWAY_TIMEOUT) throw new Unanswered(said);
      if (answer.status < 200 || answer.status > 299) throw new Error(said);
      if (taken?.test(answer.body) === false)
        throw answer.whole
          ? new Error(`${said}, but not what the settings have under success`)
          : new Unanswered(`${said}, and the rest did not come`);
    },
    close: () => agent.destroy(),
  };
}

const PLACEHOLDER = /\{([a-z][a-z0-9_]*)\}/g;

const fill = (template: string, values: Readonly<Record<string, string>>, escaped: Escape): string =>
  template.replace(PLACEHOLDER, (_, name: string) => escaped(values[name] ?? ''));

/** All that can be known before the first message. */
function check({ url, headers, body, secrets, content_type }: TemplateSettings, where: string): void {
  const known: readonly string[] = [...PLACEHOLDERS, ...Object.keys(secrets)];
  for (const name of PLACEHOLDERS)
    if (name in secrets)
      throw new UserFault(`${where}.secrets: {${name}} is the message's own, take another name`);
  for (const [place, template] of [
    ['url', url],
    ['body', body],
    ...Object.entries(headers).map(([name, value]): [string, string] => [`headers.${name}`, value]),
  ] as const)
    for (const [, name = ''] of template.matchAll(PLACEHOLDER))
      if (!known.includes(name))
        throw new UserFault(
          `${where}.${place}: nobody knows what {${name}} is; there are ${known.join(', ')}`,
        );
  // No number of JSON begins with 0, as telephone numbers do: {to} stands in quotes.
  const trial = { ...Object.fromEntries(known.map((name) => [name, '1'])), to: '01' };
  if (!URL.canParse(fill(url, trial, encodeURIComponent))) throw new UserFault(`${where}.url: is no address`);
  if (content_type === 'application/json' && body !== '')
    try {
      JSON.parse(fill(body, trial, inJson));
    } catch (error) {
      throw new UserFault(`${where}.body: is no JSON once it is filled (${(error as Error).message})`);
    }
}
