import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LANES, type NewBatch, type Outbox, openOutbox } from '../outbox.ts';

const NOW = 1_800_000_000_000;

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-outbox-file-'));
  file = join(folder, 'outbox.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An outbox, and what its log has said. */
function open() {
  const said: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line) => said.push(JSON.parse(line)) });
  return { said, outbox: openOutbox(folder, 100, { now: () => NOW, log }) };
}

const payloadOf = (index: number) => JSON.stringify([{ note: `${index} ${'x'.repeat(300)}` }]);

const batch = (index: number): NewBatch => ({
  kind: 'readings',
  station: 's1',
  payload: payloadOf(index),
  records: 10,
  at: NOW - 10_000_000 + index,
});

/** 3000 batches and an alarm in about a megabyte. */
function fill(): void {
  const { outbox } = open();
  outbox.append([
    { kind: 'alarm', station: 's1', condition: 'ph/low', payload: '{"alarm":true}', records: 1, at: NOW },
    ...Array.from({ length: 3000 }, (_, index) => batch(index)),
  ]);
  outbox.close();
}

function overwrite(at: number, bytes: number): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(bytes, 0xa5), 0, bytes, at);
  closeSync(handle);
}

function drain(outbox: Outbox): string[] {
  const payloads = [];
  for (let taken = outbox.take(NOW, LANES); taken; taken = outbox.take(NOW, LANES)) {
    payloads.push(taken.payload);
    outbox.remove(taken.id);
  }
  return payloads;
}

/** What `left` must be when nothing is out of order and nothing changed. */
function inOrder(left: readonly string[]): string[] {
  const known = new Set(left);
  return everything().filter((payload) => known.has(payload));
}

const aside = () => readdirSync(folder).filter((name) => name.startsWith('outbox-damaged-'));

const everything = () => ['{"alarm":true}', ...Array.from({ length: 3000 }, (_, index) => payloadOf(index))];

test('what is before the end of a truncated file goes on, and the log says what was lost', () => {
  fill();
  truncateSync(file, Math.floor(statSync(file).size * 0.6));
  const { outbox, said } = open();
  const left = drain(outbox);
  expect(left.length).toBeGreaterThan(1500);
  expect(left.length).toBeLessThan(3001);
  expect(left).toEqual(inOrder(left));
  expect(said).toHaveLength(1);
  expect(said[0]).toMatchObject({ alarms: 1, batches: left.length, readings: 10 * (left.length - 1) });
  expect(String(said[0]?.lost)).toMatch(/batches/);
  expect(aside()).toEqual(['outbox-damaged-2027-01-15T08-00-00.000Z.db']);
  outbox.append([batch(3000)]);
  outbox.close();
  // Mended once: the next start finds a sound file.
  const again = open();
  expect(again.said).toEqual([]);
  expect(drain(again.outbox)).toEqual([payloadOf(3000)]);
  again.outbox.close();
});

test('a file that was overwritten in the middle loses what stood there, and nothing before or behind it', () => {
  fill();
  overwrite(Math.floor(statSync(file).size / 2 / 4096) * 4096, 6 * 4096);
  const { outbox, said } = open();
  const left = drain(outbox);
  const whole = everything();
  // Six pages of eleven rows.
  expect(left.length).toBeGreaterThan(3001 - 90);
  expect(left.length).toBeLessThan(3001);
  expect(left).toEqual(inOrder(left));
  expect(left.at(-1)).toBe(whole.at(-1));
  const lost = 3001 - left.length;
  expect(said[0]?.lost).toMatch(
    new RegExp(`^(at least )?${lost} batches, the newest readings of each between 2027-`),
  );
  outbox.close();
});

test('bytes that the disk has changed inside a row are noticed when it is taken, and the row is counted as lost', () => {
  fill();
  const at = readFileSync(file).indexOf('1234 xxx');
  overwrite(at + 20, 5);
  const { outbox, said } = open();
  expect(drain(outbox)).toEqual(everything().filter((payload) => payload !== payloadOf(1234)));
  expect(outbox.dropped()).toBe(10);
  expect(said).toMatchObject([{ station: 's1', at: batch(1234).at, records: 10 }]);
  outbox.close();
});

test.each([
  ['whose first page is gone', () => overwrite(0, 5000)],
  ['that is something else', () => writeFileSync(file, 'not a database at all\n'.repeat(100))],
])('a file %s is set aside, and the edge starts with a new one', (_, damage) => {
  fill();
  damage();
  const broken = readFileSync(file);
  const { outbox, said } = open();
  expect(drain(outbox)).toEqual([]);
  outbox.append([batch(1)]);
  expect(drain(outbox)).toEqual([payloadOf(1)]);
  outbox.close();
  expect(said).toMatchObject([{ lost: 'everything that waited in it' }]);
  expect(readFileSync(join(folder, aside()[0] ?? '')).equals(broken)).toBe(true);
});

test('an empty file is said to be empty, and used', () => {
  writeFileSync(file, '');
  const { outbox, said } = open();
  outbox.append([batch(1)]);
  expect(drain(outbox)).toEqual([payloadOf(1)]);
  outbox.close();
  expect(said).toMatchObject([{ lost: 'everything that waited in it' }]);
  const next = open();
  expect(next.said).toEqual([]);
  next.outbox.close();
});

test('losses of a damaged file are told all the same: the report that was under way as it was, the others after it', () => {
  const hour = NOW - (NOW % 3_600_000);
  const lost = (parameter: 'ph' | 'water_level', readings: number) => ({ parameter, hour, readings });
  fill();
  const first = open().outbox;
  first.lose('s1', [lost('ph', 5)], 'dropped');
  const report = first.losses();
  first.lose('s1', [lost('ph', 2), lost('water_level', 3)], 'thinned');
  first.close();
  overwrite(Math.floor(statSync(file).size / 2 / 4096) * 4096, 6 * 4096);
  const { outbox, said } = open();
  expect(said).toHaveLength(1);
  expect(outbox.losses()).toEqual(report);
  if (report) outbox.told(report);
  // Under the name of the new file: an older state of the old one's numbers would repeat some.
  const next = outbox.losses();
  expect(next).toMatchObject({
    number: 1,
    entries: [
      { station: 's1', parameter: 'ph', hour, cause: 'thinned', readings: 2 },
      { station: 's1', parameter: 'water_level', hour, cause: 'thinned', readings: 3 },
    ],
  });
  expect(next?.outbox).not.toBe(report?.outbox);
  if (next) outbox.told(next);
  expect(outbox.losses()).toBeNull();
  outbox.close();
});

test('what waits in a damaged file is in the account after it was mended, once, until it is delivered', () => {
  const hour = 3_600_000;
  const start = NOW - (NOW % hour) - 5 * hour;
  let at = start;
  const options = { now: () => at, ticks: () => at };
  const before = openOutbox(folder, 100, options);
  const total = 4000;
  let batches: NewBatch[] = [];
  for (let index = 0; index < total; index++) {
    at = start + index * 1000;
    const value = ((index * 7919) % 10_007) / 1000;
    const payload = JSON.stringify([{ bn: 'urn:quantrac:s1:', bt: at / 1000, n: 'ph', u: 'pH', v: value }]);
    batches.push({ kind: 'readings', station: 's1', payload, records: 1, at });
    if (batches.length < 20) continue;
    before.append(batches);
    batches = [];
  }
  at += 120_000;
  before.close();
  // A page of plain rows.
  overwrite(readFileSync(file).indexOf(`"bt":${(start + (total - 200) * 1000) / 1000}`), 4096);
  const outbox = openOutbox(folder, 100, options);
  const told = () =>
    outbox.account(at).reduce((sum, { points = {}, others = 0 }) => sum + (points.ph ?? 0) + others, 0);
  const saved = outbox.waiting(at).backlog;
  expect(saved).toBeGreaterThan(total - 200);
  expect(saved).toBeLessThan(total);
  expect(told()).toBe(saved);
  // Packing of what was saved counts it anew.
  for (let minute = 0; minute < 5; minute++) {
    at += 61_000;
    outbox.append([]);
    expect(told()).toBe(saved);
  }
  const first = outbox.take(at, LANES);
  outbox.remove(first?.id ?? 0);
  expect(told()).toBe(outbox.waiting(at).backlog);
  expect(drain(outbox).length).toBeGreaterThan(0);
  expect(outbox.account(at)).toEqual([]);
  outbox.close();
});

test('of damaged files the newest three are kept', () => {
  for (let day = 1; day <= 4; day++)
    writeFileSync(join(folder, `outbox-damaged-2026-01-0${day}T00-00-00.000Z.db`), 'x');
  writeFileSync(file, 'not a database at all\n'.repeat(100));
  open().outbox.close();
  expect(aside().map((name) => name.slice(15, 25))).toEqual(['2026-01-03', '2026-01-04', '2027-01-15']);
});

test('a power cut while a file is being mended loses nothing: it is begun again, or ended', () => {
  fill();
  // The copy was under way: the file itself is still there, and counts.
  writeFileSync(`${file}.mended`, 'half');
  let { outbox } = open();
  expect(outbox.waiting(NOW)).toEqual({ alarms: 1, live: 0, backlog: 30_000 });
  outbox.close();
  expect(readdirSync(folder)).toEqual(['outbox.db']);
  // The file was set aside, and its copy has not got its name yet.
  writeFileSync(`${file}.mended`, readFileSync(file));
  rmSync(file);
  ({ outbox } = open());
  expect(drain(outbox)).toHaveLength(3001);
  outbox.close();
});

test('the outbox of an older edge goes on, be it damaged', () => {
  const older = () => {
    rmSync(file, { force: true });
    const db = new DatabaseSync(file);
    db.exec(`PRAGMA journal_mode = WAL;
      CREATE TABLE batches (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, station TEXT NOT NULL, condition TEXT,
        payload TEXT NOT NULL, records INTEGER NOT NULL, at INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
      CREATE INDEX batches_order ON batches (kind, at, id);
      CREATE TABLE counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
      INSERT INTO counts VALUES ('dropped', 5); BEGIN`);
    const insert = db.prepare(
      "INSERT INTO batches (kind, station, payload, records, at, bytes) VALUES ('readings', 's1', ?, 10, ?, 400)",
    );
    for (let index = 0; index < 1000; index++) insert.run(payloadOf(index), batch(index).at);
    db.exec('COMMIT');
    db.close();
  };
  older();
  let { outbox } = open();
  expect(drain(outbox)).toEqual(everything().slice(1, 1001));
  expect(outbox.dropped()).toBe(5);
  outbox.close();
  older();
  truncateSync(file, Math.floor(statSync(file).size * 0.7));
  ({ outbox } = open());
  expect(drain(outbox).length).toBeGreaterThan(500);
  expect(outbox.dropped()).toBe(5);
  outbox.close();
});
