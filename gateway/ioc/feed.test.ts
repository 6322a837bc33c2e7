/** The feed: numbers without holes, chain and signatures, what retention leaves. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { AlertAnswer } from '../../devices/wire/api.ts';
import { type Ledger, openLedger } from '../ledger.ts';
import { createFeed, type Feed } from './feed.ts';
import { createVerifier, type Received } from './feed-verify.ts';
import { verify } from './feed-verify-command.ts';
import { publicKeyOf } from './signing.ts';

const DAY_MS = 86_400_000;
const alert = { id: '1', key: 'a/smoke/b', opened_at: 0.1 } as AlertAnswer;

function open(folder = mkdtempSync(join(tmpdir(), 'quantrac-feed-'))) {
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const clock = { now: Date.UTC(2026, 3, 1) };
  const ledger: Ledger = openLedger(folder);
  onTestFinished(() => {
    if (ledger.db.isOpen) ledger.close();
  });
  return { ledger, clock, folder, feed: createFeed(ledger, () => clock.now) };
}

const fill = (feed: Feed, records: number): void => {
  for (let n = 0; n < records; n++) feed.append({ kind: 'alert.raised', alert: { ...alert, id: String(n) } });
};
const parsed = (texts: readonly string[]) => texts.map((text) => JSON.parse(text) as Received);
/** As over HTTP, a page of 7 at a time. */
const proof = (feed: Feed, spoil: (record: Received) => Received | null = (record) => record) =>
  verify(
    async (after) => {
      const { texts, previous } = feed.page({ after, limit: 7 });
      const records = parsed(texts).flatMap((record) => spoil(record) ?? []);
      return { records, previous, newest: feed.newest(), oldest: feed.oldest() };
    },
    feed.publicKey.x,
    () => {},
  );

test('each record follows on the one before, also over a restart, and the whole is proved', async () => {
  const first = open();
  fill(first.feed, 10);
  first.ledger.close();
  const second = open(first.folder);
  fill(second.feed, 10);
  expect(second.feed.publicKey).toEqual(first.feed.publicKey);
  expect(await proof(second.feed)).toMatchObject({ records: 20, first: 1, last: 20, fault: null });
});

test('a record that is changed, left out or signed by another is the first fault that is named', async () => {
  const { feed } = open();
  fill(feed, 20);
  const changed = await proof(feed, (record) =>
    record.number === 9 ? ({ ...record, at: 1 } as Received) : record,
  );
  expect(changed).toMatchObject({
    records: 8,
    last: 8,
    fault: expect.stringContaining('record 9: its hash'),
  });
  const missing = await proof(feed, (record) => (record.number === 12 ? null : record));
  expect(missing.fault).toBe('record 12 is missing');
  const others = open().feed;
  const [record] = parsed(feed.page({ after: 0, limit: 1 }).texts);
  const verifier = createVerifier(publicKeyOf(others.publicKey), 0, '');
  expect(verifier.take(record as Received)).toContain('signature');
  // What a ledger without the newest records tells is caught by its own count.
  const cut = await proof(feed, (one) => (one.number > 14 ? null : one));
  expect(cut.fault).toContain('records after 14 are missing');
});

test('a hash is that of the hash before, a line feed and the canonical JSON', () => {
  const { feed, clock } = open();
  fill(feed, 1);
  feed.append({ kind: 'edge.status', edge: { online: true, name: 'edge-a' } });
  const [first, second] = feed.after(0, 2);
  const json = `{"at":${clock.now},"edge":{"name":"edge-a","online":true},"kind":"edge.status","number":2}`;
  expect(second?.hash).toBe(createHash('sha256').update(`${first?.hash}\n${json}`).digest('base64url'));
});

test('what a transaction takes back leaves no hole, and nothing that follows on it', async () => {
  const { feed, ledger } = open();
  fill(feed, 3);
  expect(() =>
    ledger.transaction(() => {
      fill(feed, 2);
      throw new Error('the disk is full');
    }),
  ).toThrow('the disk is full');
  fill(feed, 2);
  expect(await proof(feed)).toMatchObject({ records: 5, fault: null });
});

test('records of the time before the chain are chained when the gateway starts', async () => {
  const first = open();
  first.ledger.transaction(() => fill(first.feed, 1100));
  first.ledger.db.exec('UPDATE feed SET hash = NULL, signature = NULL');
  first.ledger.close();
  const { feed } = open(first.folder);
  fill(feed, 1);
  expect(await proof(feed)).toMatchObject({ records: 1101, fault: null });
});

test('retention takes the oldest, never the newest, and what stays is proved from where it begins', async () => {
  const { feed, clock } = open();
  fill(feed, 20);
  clock.now += 2 * DAY_MS;
  fill(feed, 10);
  // The clock was set back: what is older comes after what is newer, and no hole may come of it.
  clock.now -= 3 * DAY_MS;
  fill(feed, 1);
  clock.now += 3 * DAY_MS;
  fill(feed, 5);
  const before = clock.now - DAY_MS;
  expect(feed.removeBefore(before, 15)).toBe(15);
  expect(feed.removeBefore(before, 15)).toBe(5);
  expect(feed.removeBefore(before, 15)).toBe(0);
  expect([feed.oldest(), feed.newest()]).toEqual([21, 36]);
  expect(await proof(feed)).toMatchObject({ records: 16, first: 21, last: 36, fault: null });
  clock.now += 100 * DAY_MS;
  while (feed.removeBefore(clock.now, 5) > 0);
  expect([feed.oldest(), feed.newest()]).toEqual([36, 36]);
  fill(feed, 1);
  expect(await proof(feed)).toMatchObject({ records: 2, first: 36, last: 37, fault: null });
});

test('half of a surrogate pair that a person typed breaks no record', async () => {
  const { feed } = open();
  const note = { at: 1, by: 'lan', text: `x\ud83d "\\ud83d" \u{1f525}` };
  feed.append({ kind: 'alert.changed', alert: { ...alert, notes: [note] } });
  expect(feed.after(0, 1)).toMatchObject([{ alert: { notes: [{ text: 'x\ufffd "\\ud83d" \u{1f525}' }] } }]);
  expect(await proof(feed)).toMatchObject({ fault: null });
});

test('some kinds only: the cursor passes over the rest, and a page is bounded in bytes', () => {
  const { feed } = open();
  const kinds = new Set(['edge.status'] as const);
  fill(feed, 30);
  feed.append({ kind: 'edge.status', edge: { name: 'edge-a', online: true } });
  fill(feed, 30);
  const page = feed.page({ after: 0, limit: 10, kinds });
  expect(parsed(page.texts)).toMatchObject([{ number: 31, kind: 'edge.status' }]);
  expect(page).toMatchObject({ next: 61 });
  expect(feed.page({ after: 0, limit: 1, kinds }).next).toBe(31);
  const text = 'x'.repeat(3 * 1024 * 1024);
  for (let n = 0; n < 4; n++)
    feed.append({ kind: 'alert.changed', alert: { ...alert, notes: [{ at: 1, by: 'lan', text }] } });
  const large = feed.page({ after: 61, limit: 10 });
  expect([large.texts.length, large.next]).toEqual([2, 63]);
});
