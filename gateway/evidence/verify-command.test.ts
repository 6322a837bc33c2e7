/** The command against a gateway that says what a test wants. */
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { publicKeyText, sealHead } from '../../devices/kit/seal.ts';
import { NO_HASH } from '../../devices/wire/seal.ts';
import type { Line, LineOf } from './lines.ts';
import { verifyReadings } from './verify-command.ts';

const DAY_MS = 86_400_000;
const DOOR = join(import.meta.dirname, '../../quantrac.js');
/** Midnight in Việt Nam. */
const FROM = Date.UTC(2026, 2, 4, 17);

/** Has a station that nobody has chained, and two readings of it a day; `refuse` answers some requests itself. */
async function gateway(
  refuse: (count: number, response: ServerResponse) => boolean = () => false,
  edges: LineOf<'evidence'>['edges'] = [],
  more: readonly Line[] = [],
  values: readonly number[] = [7, 7],
) {
  let count = 0;
  const server = createServer((request, response) => {
    if (refuse(++count, response)) return;
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://gateway');
    const from = Number(searchParams.get('from'));
    const about = { kind: 'evidence', station: 's1', now: Date.now(), edge: 'e1', keep_days: 36_000, edges };
    const records = values.map((v, index) => ({
      bn: 'urn:quantrac:s1:',
      bt: from / 1000 + 60 * index,
      n: 'ph',
      u: 'pH',
      v,
    }));
    response.end(
      pathname.includes('/evidence/')
        ? [about, ...more, { kind: 'end' }].map((line) => `${JSON.stringify(line)}\n`).join('')
        : JSON.stringify(records),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const said: string[] = [];
  const noted: string[] = [];
  const waited: number[] = [];
  const run = (days: number, key?: readonly string[]) =>
    verifyReadings(
      {
        station: 's1',
        from: new Date(FROM).toISOString(),
        to: new Date(FROM + days * DAY_MS).toISOString(),
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        token: 'a-token',
        key,
      },
      {},
      { say: (line) => said.push(line), progress: () => {}, note: (line) => noted.push(line) },
      async (ms) => waited.push(ms),
    );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { run, said, noted, waited, url };
}

test('asked too often it waits as long as it is told, says so when that is long, and goes on', async () => {
  const { run, said, noted, waited } = await gateway((count, response) => {
    const after = { 3: '1', 6: '47', 9: undefined }[count];
    if (![3, 6, 9].includes(count)) return false;
    response.writeHead(429, after === undefined ? {} : { 'retry-after': after }).end('{}');
    return true;
  });
  expect(await run(5)).toBe('not proved');
  expect(waited).toEqual([1000, 47_000, 1000]);
  expect(noted).toEqual(['the gateway is asked too often: going on in 47 s']);
  expect(said.join('\n')).toContain('10 readings');
});

test('a gateway that is always asked too often, or wants a wait of hours, is told in a sentence', async () => {
  const refuse = (after: string) => (_: number, response: ServerResponse) => {
    response.writeHead(429, { 'retry-after': after }).end('{}');
    return true;
  };
  const always = await gateway(refuse('1'));
  await expect(always.run(1)).rejects.toThrow(/429, asked too often: .* after 20 tries/);
  expect(always.waited).toHaveLength(19);
  const hours = await gateway(refuse('36000'));
  await expect(hours.run(1)).rejects.toThrow('it wants to be asked again in 36000 s');
  expect(hours.waited).toEqual([]);
});

test('what is not proved is said with how much, from when to when, and why', async () => {
  const { run, said } = await gateway();
  await run(2);
  expect(said.slice(3)).toEqual([
    'not proved, and nothing contradicts:',
    '  4 readings, 2026-03-05T00:00:00.000+07:00 to 2026-03-06T00:01:00.000+07:00: of a device that does not chain, or of before it did',
    '  2880 minutes, 2026-03-05T00:00:00.000+07:00 to 2026-03-07T00:00:00.000+07:00: nothing that the edge has signed is shown of that time or of later: what was there may have been cut off',
  ]);
});

test('without --key it says what it believes of the gateway, in a sentence; with it it believes nothing', async () => {
  const key = publicKeyText(generateKeyPairSync('ed25519').privateKey);
  const edges = [{ edge: 'e1', since: FROM, keys: [{ key, since: FROM, how: 'first use' }] }];
  const without = await gateway(undefined, edges);
  expect(await without.run(1)).toBe('contradicted');
  expect(without.said).toContain(
    'believed of this gateway, without proof: these keys, and that s1 is chained since 2026-03-05T00:00:00.000+07:00; --key with the key from the edge needs no such trust',
  );
  const given = await gateway(undefined, edges);
  expect(await given.run(1, [key])).toBe('contradicted');
  expect(given.said.join()).not.toContain('believed');
});

test('the exit code says which of the three endings it was', { timeout: 60_000 }, async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const keys = [{ key: publicKeyText(privateKey), since: FROM, how: 'enrolled' }];
  const edges = [{ edge: 'e1', since: FROM, keys }];
  const [chain, to] = ['chain-of-none', FROM + DAY_MS];
  const head = { chain, number: 0, hash: NO_HASH, open: [], follows: null, at: to };
  const signed: Line[] = [
    { kind: 'chain', edge: 'e1', chain, low: 0, high: 0, floor: 0, floor_hash: NO_HASH },
    { kind: 'head', edge: 'e1', received_at: to, seal: sealHead(head, privateKey) },
  ];
  const exitOf = async ({ url }: { readonly url: string }): Promise<unknown> => {
    const flags = ['--station', 's1', '--from', '2026-03-05', '--to', '2026-03-05', '--url', url];
    const child = spawn(process.execPath, [DOOR, 'audit', 'verify', ...flags], {
      stdio: 'ignore',
      env: { ...process.env, QUANTRAC_TOKEN: 'a-token' },
    });
    const [code] = (await once(child, 'exit')) as unknown[];
    return code;
  };
  expect([
    await exitOf(await gateway(undefined, edges, signed, [])),
    await exitOf(await gateway(undefined, edges, signed, [7])),
    await exitOf(await gateway(undefined, [], [], [7])),
  ]).toEqual([0, 1, 2]);
});
