/** Web push to an endpoint of this machine that decrypts the payload as a browser does and verifies who sent it. */
import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import type http from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeCertificate } from '../../../test/support/certificate.ts';
import { channel, message, NEVER, open, outcome, scratch } from '../../../test/support/channels.ts';
import { hasProgram } from '../../../test/support/programs.ts';
import { openScratchLedger } from '../../ledger.ts';
import { openVapidKeys } from './vapid.ts';

vi.setConfig({ testTimeout: 30_000 });

/** It comes without types. */
const ece = createRequire(import.meta.url)('http_ece') as {
  decrypt(body: Buffer, parts: { version: string; privateKey: object; authSecret: string }): Buffer;
};

const CONTACT = 'mailto:it@example.vn';

interface Push {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A browser that is subscribed at a push service of this machine. */
async function subscribe(status: () => number = () => 201) {
  const { ca, cert, key } = makeCertificate(scratch());
  const pushes: Push[] = [];
  const server = https.createServer({ cert, key }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    pushes.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(status()).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const browser = createECDH('prime256v1');
  browser.generateKeys();
  const auth = randomBytes(16).toString('base64url');
  const origin = `https://127.0.0.1:${(server.address() as { port: number }).port}`;
  return {
    pushes,
    origin,
    settings: { web_push: { contact: CONTACT, services: ['127.0.0.1'], ca } },
    address: JSON.stringify({
      endpoint: `${origin}/push/abc`,
      expirationTime: null,
      keys: { p256dh: browser.getPublicKey('base64url'), auth },
    }),
    /** RFC 8291, with the browser's own keys. */
    decrypt: ({ body }: Push): unknown =>
      JSON.parse(
        ece.decrypt(body, { version: 'aes128gcm', privateKey: browser, authSecret: auth }).toString(),
      ),
  };
}

/** RFC 8292: what the token of `Authorization: vapid t=…, k=…` says. Throws when its signature is not of the key. */
function readVapid(header: string | undefined, publicKey: string): unknown {
  const [, token = '', key = ''] = /^vapid t=([^,]+), ?k=(\S+)$/.exec(header ?? '') ?? [];
  expect(key).toBe(publicKey);
  const point = Buffer.from(key, 'base64url');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  const [head = '', claims = '', signature = ''] = token.split('.');
  const signed = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!signed) throw new Error('the signature is not of the key');
  return JSON.parse(Buffer.from(claims, 'base64url').toString());
}

const withOpenssl = test.skipIf(!hasProgram('openssl'));

withOpenssl('the browser reads what was sent, and the service knows by whom', async () => {
  const { pushes, origin, settings, address, decrypt } = await subscribe();
  const channels = open(settings);
  const push = channel(channels, 'web-push');
  await push.send(address, message, NEVER);
  await push.send(address, { ...message, level: 'warning', id: 'other', alert: '41' }, NEVER);
  await push.send(address, message, NEVER);
  const [first, second, again] = pushes;
  if (!first || !second) throw new Error('nothing came');
  const { id, level, title, text, url } = message;
  expect(first.path).toBe('/push/abc');
  expect(decrypt(first)).toEqual({ id, level, title, text, url });
  expect(first.headers).toMatchObject({ 'content-encoding': 'aes128gcm', urgency: 'high', ttl: '14400' });
  expect(decrypt(second)).toMatchObject({ alert: '41' });
  expect(second.headers.urgency).toBe('normal');
  // A repeat takes the place of the one before.
  expect(again?.headers.topic).toBe(first.headers.topic);
  expect(second.headers.topic).not.toBe(first.headers.topic);
  const claims = readVapid(first.headers.authorization, channels.vapidPublicKey ?? '');
  expect(claims).toEqual({ aud: origin, sub: CONTACT, exp: expect.any(Number) });
  expect(first.body.toString('latin1')).not.toContain('OK 12');
});

withOpenssl('a long text is cut to what push services take', async () => {
  const { pushes, settings, address, decrypt } = await subscribe();
  await channel(open(settings), 'web-push').send(address, { ...message, text: 'Cháy! '.repeat(2000) }, NEVER);
  const [push] = pushes;
  if (!push) throw new Error('nothing came');
  expect(push.body.length).toBeLessThanOrEqual(4096);
  expect(decrypt(push)).toMatchObject({ text: expect.stringMatching(/^(Cháy! )+C?h?á?y?!?…$/) });
});

withOpenssl(
  'a browser that is not subscribed any more is undeliverable; no fault names the endpoint',
  async () => {
    let status = 410;
    const { settings, address } = await subscribe(() => status);
    const push = channel(open(settings), 'web-push');
    for (const [answered, forGood] of [
      [410, true],
      [404, true],
      [413, true],
      [403, false],
      [429, false],
      [500, false],
      [301, false],
    ] as const) {
      status = answered;
      const result = await outcome(push.send(address, message, NEVER));
      expect(result).toEqual([forGood, expect.stringContaining(`the push service answered ${answered}`)]);
      expect(result?.[1]).not.toMatch(/127\.0\.0\.1|push\/abc/);
    }
  },
);

test('what is no subscription, or not of a known push service, gets no request', async () => {
  const push = channel(open({ web_push: { contact: CONTACT } }), 'web-push');
  const keys = { p256dh: 'B'.repeat(87), auth: 'A'.repeat(22) };
  const fault = (address: unknown) =>
    outcome(push.send(typeof address === 'string' ? address : JSON.stringify(address), message, NEVER));
  const none = [true, 'this is no subscription of a browser'];
  expect(await fault('kiem.lam@example.vn')).toEqual(none);
  expect(await fault({ endpoint: 'http://fcm.googleapis.com/a', keys })).toEqual(none);
  expect(await fault({ endpoint: 'https://fcm.googleapis.com/a', keys: { p256dh: 'x', auth: 'y' } })).toEqual(
    none,
  );
  const foreign = [true, 'its push service is not among those of the settings'];
  for (const host of [
    '127.0.0.1:8080',
    '192.168.1.1',
    'evil-fcm.googleapis.com.example',
    'xfcm.googleapis.com',
  ])
    expect(await fault({ endpoint: `https://${host}/a`, keys })).toEqual(foreign);
  // Known service, keys that are no point of the curve.
  expect(await fault({ endpoint: 'https://a.push.apple.com/a', keys })).toEqual([
    true,
    'the keys of this subscription are none',
  ]);
});

test('the key is made once and kept: browsers stay subscribed', () => {
  const ledger = openScratchLedger();
  onTestFinished(() => ledger.close());
  const made = openVapidKeys(ledger);
  expect(Buffer.from(made.publicKey, 'base64url')).toHaveLength(65);
  expect(openVapidKeys(ledger)).toEqual(made);
  expect(open({}).vapidPublicKey).toBe(null);
});
