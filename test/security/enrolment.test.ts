/** Who tries to become an edge without being it: codes, and somebody on the way between box and gateway. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { enrolKeys, requestMac } from '../../devices/kit/enrol-mac.ts';
import { type EnrolAnswer, type EnrolRequest, parseCode } from '../../devices/wire/identity.ts';
import { makeCsr } from '../../edge/identity/csr.ts';
import { enrol } from '../../edge/identity/enrol.ts';
import { CODE_MS } from '../../gateway/identity/codes.ts';
import {
  foreignPair,
  newKey,
  type Pair,
  type SecureGateway,
  startSecureGateway,
  TOKEN,
} from '../support/identity.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let rig: SecureGateway;
beforeAll(async () => {
  rig = await startSecureGateway();
});
afterAll(() => rig.stop());

const SIGNING_KEY = 'A'.repeat(59);
let names = 0;
const newName = (): string => `edge-${++names}`;

/** A request as the box would send it. */
function requestOf(code: string, edge: string): EnrolRequest {
  const parsed = parseCode(code);
  if (parsed === null) throw new Error('no code');
  const csr = makeCsr(edge, newKey().privateKey);
  const said = { code: parsed.name, edge, csr, signing_key: SIGNING_KEY };
  return { ...said, mac: requestMac(enrolKeys(parsed).request, said) };
}

const send = async (request: unknown): Promise<{ status: number; text: string }> => {
  const response = await fetch(`${rig.http}/api/v1/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  return { status: response.status, text: await response.text() };
};

const certificatesOf = (edge: string): number =>
  rig.beside(({ db }) =>
    Number(db.prepare('SELECT count(*) AS count FROM certificate WHERE edge = ?').get(edge)?.count),
  );

describe('codes', () => {
  test('a wrong secret is refused, and five of them end the code for its owner too', async () => {
    const edge = newName();
    const code = rig.code(edge);
    const wrong = { ...requestOf(code, edge), mac: 'A'.repeat(43) };
    for (let tries = 0; tries < 4; tries++) expect((await send(wrong)).status).toBe(403);
    const still = rig.beside(({ db }) => db.prepare('SELECT wrong FROM enrol_code WHERE edge = ?').get(edge));
    expect(still?.wrong).toBe(4);
    expect((await send(wrong)).status).toBe(403);
    const { status } = await send(requestOf(code, edge));
    expect([403, 429]).toContain(status);
    expect(certificatesOf(edge)).toBe(0);
  });

  test('a used code is refused; only the very same request has the very same answer', async () => {
    const edge = newName();
    const code = rig.code(edge);
    const request = requestOf(code, edge);
    const first = await send(request);
    expect(first.status).toBe(200);
    expect((await send(requestOf(code, edge))).status).toBe(403);
    expect(await send(request)).toEqual(first);
    expect(certificatesOf(edge)).toBe(1);
    expect(
      rig.beside(({ db }) => db.prepare('SELECT request_key FROM enrol_code WHERE edge = ?').get(edge)),
    ).toEqual({ request_key: '' });
  });

  test('two requests at the same time with one code make one certificate', async () => {
    const edge = newName();
    const code = rig.code(edge);
    const answers = await Promise.all([1, 2, 3].map(() => send(requestOf(code, edge))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(certificatesOf(edge)).toBe(1);
  });

  test('a code is over after an hour', async () => {
    const edge = newName();
    const old = rig.code(edge, () => Date.now() - CODE_MS - 1);
    expect((await send(requestOf(old, edge))).status).toBe(403);
    expect(certificatesOf(edge)).toBe(0);
  });

  test('a code opens nothing for another name, and is not used up by the mistake', async () => {
    const edge = newName();
    const code = rig.code(edge);
    const { status, text } = await send(requestOf(code, 'edge-other'));
    expect(status).toBe(409);
    expect(text).toContain(edge);
    expect((await send(requestOf(code, edge))).status).toBe(200);
  });

  test('a new code ends the one before', async () => {
    const edge = newName();
    const before = rig.code(edge);
    rig.code(edge);
    expect((await send(requestOf(before, edge))).status).toBe(403);
  });

  test('there is no code for an account that is no edge, nor for a reserved name', async () => {
    rig.beside(({ db }) => db.prepare("INSERT INTO account VALUES ('rules', 'flows', 'none', 0)").run());
    expect(() => rig.code('rules')).toThrow(/kind flows/);
    expect(() => rig.code('gateway')).toThrow(/meaning of its own/);
    expect(() => rig.code('../x')).toThrow(/lower-case/);
  });

  test('only an admin gets a code or revokes, over HTTP', async () => {
    const call = (method: string, path: string, headers = {}) =>
      fetch(`${rig.http}/api/v1/edges/edge-http/${path}`, { method, headers });
    const authorization = `Bearer ${TOKEN}`;
    expect((await call('POST', 'codes')).status).toBe(401);
    expect((await call('DELETE', 'certificates')).status).toBe(401);
    const answer = await call('POST', 'codes', { authorization });
    expect(answer.status).toBe(200);
    const { code } = (await answer.json()) as { code: string };
    expect((await send(requestOf(code, 'edge-http'))).status).toBe(200);
    expect(await (await call('DELETE', 'certificates', { authorization })).json()).toEqual({
      revoked: 1,
      password: false,
    });
  });

  test('what the ledger has of a code does not tell its secret', () => {
    const edge = newName();
    const secret = rig.code(edge).replaceAll('-', '').slice(4);
    const files = ['ledger.db', 'ledger.db-wal'].map((name) => readFileSync(join(rig.dataDir, name)));
    expect(files.some((bytes) => bytes.includes(edge))).toBe(true);
    expect(files.some((bytes) => bytes.includes(secret))).toBe(false);
  });

  test('a request that is too large is refused before it is read', async () => {
    const { status } = await send({ ...requestOf(rig.code(newName()), 'edge-x'), more: 'x'.repeat(20_000) });
    expect(status).toBe(413);
  });
});

describe('somebody on the way', () => {
  let proxy: Server | null = null;
  afterEach(() => {
    proxy?.close();
    proxy?.closeAllConnections();
    proxy = null;
  });

  const bodyOf = async (message: IncomingMessage): Promise<string> =>
    Buffer.concat(await message.toArray()).toString();

  /** Passes everything on, changed. */
  async function between(change: {
    readonly request?: (request: EnrolRequest) => unknown;
    readonly answer?: (answer: EnrolAnswer) => unknown;
  }): Promise<string> {
    proxy = createServer(async (incoming, outgoing) => {
      const request = JSON.parse(await bodyOf(incoming)) as EnrolRequest;
      const { status, text } = await send(change.request?.(request) ?? request);
      outgoing.statusCode = status;
      outgoing.end(
        status === 200
          ? JSON.stringify(change.answer?.(JSON.parse(text) as EnrolAnswer) ?? JSON.parse(text))
          : text,
      );
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    return `http://127.0.0.1:${(proxy.address() as { port: number }).port}`;
  }

  test('who changes nothing is no harm: neither key nor code passes by', async () => {
    const edge = newName();
    const code = rig.code(edge);
    const seen: string[] = [];
    const url = await between({ request: (request) => void seen.push(JSON.stringify(request)) });
    const identity = await enrol({ url, code, edge, signingKey: SIGNING_KEY });
    expect(identity.cert).toContain('BEGIN CERTIFICATE');
    expect(seen.join()).not.toContain('PRIVATE');
    expect(seen.join()).not.toContain(code.replaceAll('-', '').slice(4));
  });

  test.each([
    ['the request for a certificate', { csr: makeCsr('edge-a', newKey().privateKey) }],
    ['the name of the edge', { edge: 'edge-of-an-attacker' }],
    ['the key for its signatures', { signing_key: 'B'.repeat(59) }],
  ])('who changes %s is refused by the gateway', async (_, changed) => {
    const edge = newName();
    const url = await between({ request: (request) => ({ ...request, ...changed }) });
    await expect(enrol({ url, code: rig.code(edge), edge, signingKey: SIGNING_KEY })).rejects.toThrow(
      /refused: the code is wrong/,
    );
    expect(certificatesOf(edge)).toBe(0);
  });

  test.each([
    ['the authority', (own: Pair) => ({ ca: own.ca })],
    ['authority and certificate', (own: Pair) => ({ ca: own.ca, certificate: own.cert })],
    ['the address of the broker', () => ({ url: 'mqtts://10.6.6.6:8883' })],
    ['the name', () => ({ edge: 'edge-other' })],
    ['the MAC', () => ({ mac: 'A'.repeat(43) })],
  ])('who changes %s in the answer is refused by the edge', async (_, changed) => {
    const edge = newName();
    const foreign = await foreignPair(edge);
    const url = await between({ answer: (answer) => ({ ...answer, ...changed(foreign) }) });
    await expect(enrol({ url, code: rig.code(edge), edge, signingKey: SIGNING_KEY })).rejects.toThrow(
      /does not know the code/,
    );
  });

  test('an answer of an earlier enrolment is no answer to this one', async () => {
    const edge = newName();
    const kept: EnrolAnswer[] = [];
    await enrol({
      url: await between({ answer: (answer) => void kept.push(answer) }),
      code: rig.code(edge),
      edge,
      signingKey: SIGNING_KEY,
    });
    proxy?.close();
    const url = await between({ answer: () => kept[0] });
    await expect(enrol({ url, code: rig.code(edge), edge, signingKey: SIGNING_KEY })).rejects.toThrow(
      /does not know the code/,
    );
  });

  test('what a stranger answers is shown as one short line', async () => {
    proxy = createServer((_, outgoing) => {
      outgoing.statusCode = 403;
      outgoing.end(JSON.stringify({ detail: `\u001b[31mred\r\nsecond line${'x'.repeat(5000)}` }));
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = `http://127.0.0.1:${(proxy.address() as { port: number }).port}`;
    const refusal = await enrol({
      url,
      code: rig.code(newName()),
      edge: 'edge-x',
      signingKey: SIGNING_KEY,
    }).catch((error: Error) => error.message);
    expect(refusal).toContain('second line');
    expect(refusal).not.toMatch(/\p{Cc}/u);
    expect(String(refusal).length).toBeLessThan(500);
  });
});
