import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openInfluxStore } from './influx.ts';
import { openQuestions } from './influx-query.ts';
import { StoreUnavailable } from './refused.ts';

async function serve(answer: (response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, settings: { kind: 'influx', url, database: 'x' } as const };
}

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'answered',
    (error: unknown) => error,
  );

test.each<[string, (response: ServerResponse) => void]>([
  ['never comes', () => {}],
  [
    'breaks off in the middle',
    (response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"results":[');
      setTimeout(() => response.destroy(), 20);
    },
  ],
  [
    'comes too slowly',
    (response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    },
  ],
])('an answer that %s is an error within the time', async (_, answer) => {
  const { settings } = await serve(answer);
  const error = await failure(openQuestions(settings, 300).query('SELECT 1'));
  expect(error).toBeInstanceOf(StoreUnavailable);
});

test('a question after one that failed is asked at once', async () => {
  let asked = 0;
  const { settings } = await serve((response) => {
    if (++asked === 1) response.socket?.resetAndDestroy();
    else response.end('{"results":[{"statement_id":0}]}');
  });
  const questions = openQuestions(settings, 5000);
  expect(await failure(questions.query('SELECT 1'))).toBeInstanceOf(Error);
  expect(await questions.query('SELECT 1')).toHaveLength(0);
});

test('closing breaks off what is under way, and what comes afterwards fails at once', async () => {
  const { server, settings } = await serve(() => {});
  const store = openInfluxStore(settings, 600_000);
  const reading = {
    station: 's',
    parameter: 'ph',
    at: 1,
    value: 7,
    flag: 1,
    reason: null,
    receivedAt: 1,
  } as const;
  const write = failure(store.append([reading]));
  await once(server, 'request');
  await store.close();
  expect(await write).toBeInstanceOf(StoreUnavailable);
  expect(await failure(store.append([reading]))).toBeInstanceOf(StoreUnavailable);

  const questions = openQuestions(settings, 600_000);
  const query = failure(questions.query('SELECT 1'));
  await once(server, 'request');
  questions.close();
  expect(await query).toBeInstanceOf(StoreUnavailable);
});
