/** A long export over HTTP: neither its size nor a slow reader fills the memory. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import Fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../store/sqlite.ts';
import type { RowsQuery, StoredReading } from '../store/store.ts';
import { exportPages, openPages } from './export-pages.ts';
import { csvExport, csvText } from './export-text.ts';

/** Readings of a second each, made when they are asked for. */
function madeUp(seconds: number) {
  let asked = 0;
  return {
    asked: () => asked,
    async rows({ station, parameter, from, to, limit }: RowsQuery): Promise<StoredReading[]> {
      asked++;
      const end = Math.min(to, seconds * 1000);
      const rows: StoredReading[] = [];
      for (let at = Math.ceil(from / 1000) * 1000; at < end && rows.length < limit; at += 1000)
        rows.push({ station, parameter, at, value: at / 1000, flag: 1, reason: null, receivedAt: at });
      return rows;
    },
  };
}

const query = (seconds: number) => ({
  station: 's',
  parameters: ['ph', 'o3'] as const,
  from: 0,
  to: seconds * 1000,
});

test('pages join without a gap, without a repeat, and an empty parameter leaves no trace', async () => {
  let text = '';
  for await (const page of exportPages(madeUp(4000), query(5000), csvExport('none'))) text += page;
  const lines = text.trimEnd().split('\r\n').slice(1);
  expect(lines).toHaveLength(8000);
  expect(lines.map((line) => line.split(',').slice(1, 4).join())).toEqual(
    ['ph', 'o3'].flatMap((parameter) =>
      Array.from(
        { length: 4000 },
        (_, n) => `${parameter},${new Date(25_200_000 + n * 1000).toISOString().replace('Z', '+07:00')},${n}`,
      ),
    ),
  );
});

test('half a million readings, 55 MB of text, pass through a heap of 32 MB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-export-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const total = 500_000;
  const store = openSqliteStore(folder);
  const suspect = { station: 's', parameter: 'ph', flag: 3, reason: 'unusual: outside 6..9' } as const;
  for (let start = 0; start < total; start += 50_000) {
    const batch = Array.from({ length: 50_000 }, (_, n) => (start + n) * 1000);
    await store.append(batch.map((at) => ({ ...suspect, at, value: at / 7, receivedAt: at })));
  }
  await store.close();
  const script = `
    import { exportPages } from '${join(import.meta.dirname, 'export-pages.ts')}';
    import { csvExport } from '${join(import.meta.dirname, 'export-text.ts')}';
    import { openSqliteStore } from '${join(import.meta.dirname, '../store/sqlite.ts')}';
    const store = openSqliteStore('${folder}');
    let [lines, characters] = [-1, 0];
    const query = { station: 's', parameters: ['ph'], from: 0, to: ${total * 1000} };
    for await (const page of exportPages(store, query, csvExport('none'))) {
      characters += page.length;
      lines += page.split('\\n').length - 1;
    }
    await store.close();
    console.log(JSON.stringify({ lines, characters }));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--max-old-space-size=32',
    '--input-type=module',
    '--eval',
    script,
  ]);
  const { lines, characters } = JSON.parse(stdout) as { lines: number; characters: number };
  expect(lines).toBe(total);
  expect(characters).toBeGreaterThan(50_000_000);
}, 120_000);

async function serve(store: ReturnType<typeof madeUp>) {
  const closed = Promise.withResolvers<void>();
  const app = Fastify({ forceCloseConnections: true });
  app.get('/', async (_request, reply) => {
    const pages = exportPages(store, query(10_000_000), csvExport('bom'));
    const stream = await openPages(pages, () => closed.resolve());
    return reply.header('content-disposition', 'attachment').send(stream);
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  return { port: (app.server.address() as { port: number }).port, closed: closed.promise };
}

test('the store is asked no further while nobody reads, and no more when the reader is gone', async () => {
  const store = madeUp(10_000_000);
  const { port, closed } = await serve(store);
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'readable');
  // Until the buffers of both systems are full; then nothing is asked any more.
  let before = -1;
  while (store.asked() !== before) {
    before = store.asked();
    await sleep(300);
  }
  expect(before).toBeLessThan(500);
  socket.destroy();
  await closed;
  const after = store.asked();
  await sleep(50);
  expect(store.asked()).toBe(after);
}, 30_000);

test('a store that does not answer is told by the status; one that fails later by a broken transfer', async () => {
  const failing = (failsAt: number) => {
    const store = madeUp(10_000_000);
    return {
      asked: store.asked,
      rows: (rows: RowsQuery) =>
        store.asked() >= failsAt ? Promise.reject(new Error('the database is away')) : store.rows(rows),
    };
  };
  const first = await serve(failing(0));
  const refused = await fetch(`http://127.0.0.1:${first.port}`);
  expect([refused.status, refused.headers.get('content-disposition')]).toEqual([500, null]);
  await first.closed;
  const later = await serve(failing(5));
  const response = await fetch(`http://127.0.0.1:${later.port}`);
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
  await later.closed;
});

test('no text becomes a formula, and what it contains stays in its field', () => {
  const cases: [string, string][] = [
    ['không trả lời', 'không trả lời'],
    ['=1+1', "'=1+1"],
    ['+84', "'+84"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['a,b', '"a,b"'],
    ['say "no"', '"say ""no"""'],
    ['=A1,"x"', '"\'=A1,""x"""'],
    ['two\nlines', '"two\nlines"'],
  ];
  for (const [text, field] of cases) expect(csvText(text)).toBe(field);
});
