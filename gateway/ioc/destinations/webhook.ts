/**
 * Records of the feed by HTTP POST, signed as Standard Webhooks ask (https://github.com/standard-webhooks/standard-webhooks,
 * spec/standard-webhooks.md): headers webhook-id, webhook-timestamp and webhook-signature, the same id on a repeat.
 */
import http from 'node:http';
import https from 'node:https';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { UserFault } from '../../../devices/kit/fault.ts';
import type { FeedRecord } from '../../../devices/wire/feed.ts';
import type { Catalog } from '../../catalog.ts';
import type { DestinationType, Source } from '../destination.ts';
import { createFilter, filterSchema } from '../destination-filter.ts';
import { readSecret, secretSchema } from '../destination-secret.ts';
import { readTls, tlsSchema } from '../destination-tls.ts';
import { fiwareOf } from '../fiware/index.ts';
import { judge, REFUSALS } from './http-answer.ts';
import { readHeaders } from './http-header.ts';
import { type Answer, post } from './webhook-request.ts';

const SECRET = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/;
const SECRET_FAULT = 'must be "whsec_" and 24 to 64 bytes in base64';

/** Ours, or what a connection is made of. */
const RESERVED_HEADER =
  /^(webhook-.*|host|connection|content-length|content-type|transfer-encoding|expect|upgrade)$/i;
const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'must be the name of an HTTP header')
  .refine((name) => !RESERVED_HEADER.test(name), 'is a header that the webhook sets itself');

const settingsSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }),
  /** Signing key of Standard Webhooks; the receiver has the same. */
  secret: secretSchema.refine((secret) => typeof secret !== 'string' || SECRET.test(secret), SECRET_FAULT),
  /** The records as they are, or as lists of entities of the FIWARE Smart Data Models; what these have no model for is passed over. */
  format: z.enum(['quantrac', 'fiware']).default('quantrac'),
  filter: filterSchema.prefault({}),
  /** What the receiver asks for besides, as the keys of an LGSP; each value may be a secret. */
  headers: z
    .record(headerName, secretSchema)
    .refine((headers) => Object.keys(headers).length <= 20, 'are more than 20')
    .prefault({}),
  tls: tlsSchema.prefault({}),
});
type Settings = z.infer<typeof settingsSchema>;

interface Parts {
  readonly feed: Source<FeedRecord>;
  readonly catalog: Catalog;
}

export const webhook: DestinationType<'webhook', Settings, Parts, FeedRecord> = {
  type: 'webhook',
  settings: settingsSchema,
  open(settings, { id: destination, parts: { feed, catalog }, now }) {
    const url = new URL(settings.url);
    const signer = signerOf(readSecret(settings.secret), destination);
    const own = readHeaders(settings.headers);
    const suits = createFilter(settings.filter, catalog);
    const formOf = (record: FeedRecord) =>
      settings.format === 'fiware' ? fiwareOf(record, catalog) : record;
    const agent =
      url.protocol === 'https:'
        ? new https.Agent({ keepAlive: true, ...readTls(settings.tls) })
        : new http.Agent({ keepAlive: true });
    const deliver = (id: string, body: string, signal: AbortSignal): Promise<Answer> => {
      const at = new Date(now());
      const headers = {
        ...own,
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': signer.sign(id, at, body),
      };
      return post(url, body, headers, agent, signal);
    };
    return {
      source: feed,
      wants: (record) => suits(record) && formOf(record) !== null,
      async send(record, signal) {
        const form = formOf(record);
        // Its station was withdrawn while it waited for its turn.
        if (form === null) return;
        judge(await deliver(`feed-${record.number}`, JSON.stringify(form), signal), now());
      },
      async test(signal) {
        const body = JSON.stringify({ kind: 'test', at: now(), destination });
        const answer = await deliver(`test-${now()}`, body, signal);
        if (answer.status < 200 || answer.status > 299) throw new Error(testFault(answer.status, url.host));
        return `${url.host} took a signed message of kind "test" and answered ${answer.status}`;
      },
      async close() {
        agent.destroy();
      },
    };
  },
};

function testFault(status: number, host: string): string {
  const said = `${host} answered ${status} to a signed message of kind "test"`;
  if (status === 401 || status === 403) return `${said}: secret or key headers are not those that it knows`;
  if (status === 404 || status === 405) return `${said}: the path of the address is wrong`;
  if (status === 410) return `${said}: it wants nothing more`;
  if (status >= 300 && status <= 399) return `${said}: redirects are not followed, give the address itself`;
  if (REFUSALS.includes(status))
    return `${said}: the secret is not the one that it knows, or it does not know this kind`;
  return said;
}

function signerOf(secret: string, destination: string): Webhook {
  if (!SECRET.test(secret)) throw new UserFault(`destination ${destination}: secret ${SECRET_FAULT}`);
  return new Webhook(secret);
}
