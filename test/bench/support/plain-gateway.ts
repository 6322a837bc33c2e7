/**
 * The least that keeps the same promise, as a process: Aedes, JSON.parse, rows in order into plain SQLite with
 * synchronous=FULL, one transaction for what came meanwhile, then PUBACK. No login, no check, no unit, no live reading, no
 * index beside the primary key. Its argument is an empty folder.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Aedes } from 'aedes';

interface Record {
  readonly bn?: string;
  readonly bt?: number;
  readonly n: string;
  readonly t?: number;
  readonly v: number;
}
type Row = readonly [series: number, at: number, value: number];

const db = new DatabaseSync(join(process.argv[2] ?? '.', 'plain.db'));
db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
  CREATE TABLE reading (series INTEGER, at INTEGER, value REAL, received_at INTEGER, PRIMARY KEY (series, at)) WITHOUT ROWID`);
const insert = db.prepare('INSERT OR IGNORE INTO reading VALUES (?, ?, ?, ?)');
const series = new Map<string, number>();
const idOf = (name: string): number => {
  const known = series.get(name) ?? series.size;
  series.set(name, known);
  return known;
};

let rows: Row[] = [];
let waiting: (() => void)[] = [];

function commit(): void {
  const [group, done] = [rows, waiting];
  [rows, waiting] = [[], []];
  group.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const now = Date.now();
  db.exec('BEGIN');
  for (const [id, at, value] of group) insert.run(id, at, value, now);
  db.exec('COMMIT');
  for (const acknowledge of done) acknowledge();
}

const aedes = await Aedes.createBroker({ concurrency: 1000 });
aedes.authorizePublish = (_client, { topic, payload }, done) => {
  if (topic.endsWith('/inventory')) return done(null);
  const pack = JSON.parse(payload.toString()) as Record[];
  const { bn = '', bt = 0 } = pack[0] ?? {};
  for (const { n, t = 0, v } of pack) rows.push([idOf(bn + n), Math.round((bt + t) * 1000), v]);
  waiting.push(() => done(null));
  if (waiting.length === 1) setImmediate(commit);
};
const server = createServer(aedes.handle);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.on('message', () =>
  process.send?.({ stored: db.prepare('SELECT count(*) AS n FROM reading').get()?.n }),
);
process.on('disconnect', () => process.exit(0));
process.send?.({ port: (server.address() as AddressInfo).port });
