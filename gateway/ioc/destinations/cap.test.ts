/** What a destination of CAP messages refuses before it opens, and how it takes the answers of its receiver. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import type { Published } from '../cap/rows.ts';
import type { Source } from '../destination.ts';
import { cap } from './cap.ts';

const nothing: Source<Published> = { after: () => [], newest: () => 0, added: async () => {} };
const open = (settings: object) =>
  cap.open(cap.settings.parse(settings), {
    id: 'ban-chi-huy',
    parts: { cap: nothing },
    now: Date.now,
    log: pino({ level: 'silent' }),
  });

test('an authorization that no header may carry stops the start by name, without its value', () => {
  const settings = { to: 'http', url: 'https://example.org/in', authorization: 'Bearer bí mật' };
  expect(() => open(settings)).toThrow(
    'header authorization of a destination: its value has characters that no header may have',
  );
  expect(() => open(settings)).not.toThrow('Bearer');
});

test('a redirect is not followed, and says so', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(307, { location: '/elsewhere' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const destination = open({ to: 'http', url: `http://127.0.0.1:${port}/in` });
  onTestFinished(() => destination.close());
  await expect(
    destination.send({ xml: '<alert/>' } as Published, new AbortController().signal),
  ).rejects.toThrow('the receiver answered 307: redirects are not followed');
});
