import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { AlertAnswer } from '../../devices/wire/api.ts';
import type { FeedRecord } from '../../devices/wire/feed.ts';
import { openLedger } from '../ledger.ts';
import { startDelivery } from './delivery.ts';
import { createFeed } from './feed.ts';
import { postRecord } from './webhook.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const alert = { id: '1', key: 'a/smoke/b' } as AlertAnswer;

/** A receiver that answers with the statuses it is told, 204 when there are none, and keeps what it took. */
async function startReceiver(statuses: number[] = []) {
  const taken: FeedRecord[] = [];
  const ids: unknown[] = [];
  let arrived = () => {};
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const record = new Webhook(SECRET).verify(
      Buffer.concat(chunks).toString(),
      request.headers as Record<string, string>,
    );
    ids.push(request.headers['webhook-id']);
    const status = statuses.shift() ?? 204;
    if (status === 204) taken.push(record as FeedRecord);
    response.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end();
    arrived();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return {
    taken,
    ids,
    destination: { id: 'ioc', url: `http://127.0.0.1:${port}/`, secret: SECRET },
    until: async (condition: () => boolean) => {
      while (!condition()) {
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
      }
    },
  };
}

function open(folder = mkdtempSync(join(tmpdir(), 'quantrac-feed-'))) {
  const ledger = openLedger(folder);
  const feed = createFeed(ledger, Date.now);
  const start = (...destinations: { id: string; url: string; secret: string }[]) =>
    startDelivery({
      ledger,
      feed,
      destinations,
      log: pino({ level: 'silent' }),
      random: () => 0,
      post: (destination, record, signal) => postRecord(destination, record, new Date(), signal),
    });
  return { ledger, feed, start, folder };
}

test('records arrive signed, in order, also those added later, and a restart goes on where it was', async () => {
  const receiver = await startReceiver();
  const first = open();
  first.feed.append({ kind: 'alert.raised', alert });
  const delivery = first.start(receiver.destination);
  await receiver.until(() => receiver.taken.length === 1);
  first.feed.append({ kind: 'alert.changed', alert });
  first.feed.append({ kind: 'alert.cleared', alert });
  // Stopping between the receiver's answer and the cursor would rightly deliver the record twice.
  await vi.waitFor(() => expect(delivery.states()).toMatchObject([{ delivered: 3 }]));
  await delivery.stop();
  first.ledger.close();

  const second = open(first.folder);
  second.feed.append({ kind: 'alert.raised', alert });
  const again = second.start(receiver.destination);
  await receiver.until(() => receiver.taken.length === 4);
  expect(receiver.taken.map(({ number, kind }) => [number, kind])).toEqual([
    [1, 'alert.raised'],
    [2, 'alert.changed'],
    [3, 'alert.cleared'],
    [4, 'alert.raised'],
  ]);
  await again.stop();
});

test('a receiver that fails gets the same record with the same id again, and a redirect is not followed', async () => {
  const receiver = await startReceiver([500, 302]);
  const { feed, start } = open();
  feed.append({ kind: 'alert.raised', alert });
  feed.append({ kind: 'alert.cleared', alert });
  const delivery = start(receiver.destination);
  await receiver.until(() => receiver.taken.length === 2);
  expect(receiver.ids).toEqual(['feed-1', 'feed-1', 'feed-1', 'feed-2']);
  await delivery.stop();
});

test('a destination that is away does not delay the others and says how far it is behind', async () => {
  const receiver = await startReceiver();
  const { feed, start } = open();
  const away = { id: 'away', url: 'http://127.0.0.1:1/', secret: SECRET };
  const delivery = start(away, receiver.destination);
  for (let n = 0; n < 3; n++) feed.append({ kind: 'alert.raised', alert });
  await receiver.until(() => receiver.taken.length === 3);
  expect(delivery.states()).toMatchObject([
    { id: 'away', delivered: 0, behind: 3, error: expect.any(String) },
    { id: 'ioc', error: null },
  ]);
  await delivery.stop();
});
