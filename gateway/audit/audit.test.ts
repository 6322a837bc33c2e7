import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { withActor } from '../actor.ts';
import type { ChainWords } from '../ioc/feed-verify.ts';
import { type Anchors, verify } from '../ioc/feed-verify-command.ts';
import { openSigner } from '../ioc/signing.ts';
import { openLedger } from '../ledger.ts';
import { type Audit, type AuditQuery, createAudit } from './audit.ts';
import { MOST_BYTES } from './content.ts';

const WORDS: ChainWords = { chain: 'audit log', one: 'entry', many: 'entries' };
const LAN = { name: 'lan', from: '10.1.2.3' };
const ALL: AuditQuery = { order: 'oldest', after: null, limit: 200, areas: null };

function open() {
  const ledger = openLedger(mkdtempSync(join(tmpdir(), 'quantrac-audit-')));
  onTestFinished(() => ledger.close());
  const clock = { now: 1_000_000 };
  const audit = createAudit(ledger, () => clock.now);
  const prove = (told?: Anchors) =>
    verify(
      async (after) => {
        const { entries, previous } = audit.chain(after, 3);
        return { records: [...entries], previous, newest: audit.head().number, oldest: 1 };
      },
      openSigner(ledger).publicKey.x,
      () => {},
      WORDS,
      told,
    );
  /** As somebody does it who can write the file. */
  const force = (sql: string) => {
    const triggers = ledger.db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all();
    for (const { name } of triggers) ledger.db.exec(`DROP TRIGGER ${name}`);
    ledger.db.exec(sql);
  };
  return { ledger, audit, clock, prove, force };
}

const fill = (audit: Audit, count: number) => {
  for (let n = 1; n <= count; n++)
    audit.record({
      action: 'limits.set',
      what: `limits/s${n}`,
      area: 'Sơn Trà',
      before: { n: n - 1 },
      after: { n },
    });
};

test('an entry says who, from where, when, what, before, after and why', () => {
  const { audit } = open();
  withActor(LAN, () =>
    audit.record({
      action: 'limits.set',
      what: 'limits/song-han',
      area: 'Hải Châu',
      before: { raise: 4 },
      after: { raise: 5 },
      reason: 'mùa mưa',
    }),
  );
  audit.record({ action: 'destination.stop', what: 'destinations/ioc' });
  expect(audit.page(ALL).entries).toEqual([
    {
      number: 1,
      at: 1_000_000,
      who: 'lan',
      from: '10.1.2.3',
      action: 'limits.set',
      what: 'limits/song-han',
      area: 'Hải Châu',
      before: { raise: 4 },
      after: { raise: 5 },
      reason: 'mùa mưa',
    },
    {
      number: 2,
      at: 1_000_000,
      who: 'gateway',
      from: 'gateway',
      action: 'destination.stop',
      what: 'destinations/ioc',
      area: null,
      before: null,
      after: null,
      reason: null,
    },
  ]);
});

test('entries are neither changed nor removed nor replaced', () => {
  const { audit, ledger } = open();
  fill(audit, 2);
  for (const sql of [
    "UPDATE audit SET who = 'nobody' WHERE number = 1",
    'DELETE FROM audit',
    'INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE number = 1',
    'INSERT INTO audit SELECT 7, at, who, place, action, what, area, before, after, reason, hash, signature FROM audit WHERE number = 1',
  ])
    expect(() => ledger.db.exec(sql), sql).toThrow('the audit log is append only');
  expect(audit.head().number).toBe(2);
});

test('an entry is there with the change of its transaction, or neither is', () => {
  const { audit, ledger } = open();
  const change = () =>
    ledger.transaction(() => {
      ledger.db.exec("INSERT INTO unit_lock VALUES ('ph', '1')");
      fill(audit, 1);
    });
  ledger.db.exec(
    "CREATE TRIGGER no_room BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
  );
  expect(change).toThrow('disk is full');
  expect(ledger.db.prepare('SELECT count(*) AS n FROM unit_lock').get()).toEqual({ n: 0 });
  ledger.db.exec('DROP TRIGGER no_room');
  change();
  expect(ledger.db.prepare('SELECT count(*) AS n FROM unit_lock').get()).toEqual({ n: 1 });
});

test('a key that was made with a change that is undone seals nothing', async () => {
  const { audit, ledger, prove } = open();
  expect(() =>
    ledger.transaction(() => {
      fill(audit, 1);
      throw new Error('undone');
    }),
  ).toThrow('undone');
  fill(audit, 2);
  expect(await prove()).toMatchObject({ records: 2, fault: null });
});

test('the whole log is proved, whoever wrote it', async () => {
  const { audit, ledger, prove } = open();
  expect(await prove()).toMatchObject({ records: 0, fault: null });
  fill(audit, 4);
  // Another process on the same ledger, as the command line is one.
  fill(createAudit(ledger, Date.now), 4);
  const last = audit.chain(7, 1).entries[0];
  expect(await prove()).toMatchObject({ records: 8, first: 1, last: 8, head: last?.hash, fault: null });
});

test.each([
  ["UPDATE audit SET who = 'minh' WHERE number = 5", 'entry 5: its hash is not that of what it says'],
  ['UPDATE audit SET area = NULL WHERE number = 5', 'entry 5: its hash is not that of what it says'],
  ['UPDATE audit SET after = \'{"n":6}\' WHERE number = 5', 'entry 5: its hash is not that of what it says'],
  ['UPDATE audit SET at = at + 1 WHERE number = 5', 'entry 5: its hash is not that of what it says'],
  ['DELETE FROM audit WHERE number = 5', 'entry 5 is missing'],
  ['DELETE FROM audit WHERE number <= 2', 'entries 1 to 2 are missing'],
  [
    'UPDATE audit SET signature = (SELECT signature FROM audit WHERE number = 4) WHERE number = 5',
    'entry 5: its signature is not made with the key of the audit log',
  ],
])('what was forced in is found: %s', async (sql, fault) => {
  const { audit, prove, force } = open();
  fill(audit, 8);
  force(sql);
  expect((await prove()).fault).toContain(fault);
});

test('secrets and how people are reached are marks that say whether they changed', () => {
  const { audit, ledger } = open();
  audit.record({
    action: 'person.put',
    what: 'people/lan',
    before: {
      channels: [{ kind: 'sms', address: '+84905123456' }],
      newPassword: 'Mot-hai-ba',
      api_token: 'same',
    },
    after: {
      channels: [
        { kind: 'sms', address: '0905999888' },
        { kind: 'email', address: 'lan@example.vn' },
      ],
      newPassword: 'Bon-nam-sau',
      api_token: 'same',
      url: 'mqtt://edge:matkhau@10.0.0.1',
      unit: { address: 7 },
    },
    reason: 'đổi số từ 0905 123 456, hỏi lan.tran@example.vn',
  });
  const [entry] = audit.page(ALL).entries;
  expect(entry?.before).toEqual({
    channels: [{ kind: 'sms', address: '(hidden, changed)' }],
    newPassword: '(hidden, changed)',
    api_token: '(hidden)',
  });
  expect(entry?.after).toEqual({
    channels: [
      { kind: 'sms', address: '(hidden, changed)' },
      { kind: 'email', address: '(hidden, changed)' },
    ],
    newPassword: '(hidden, changed)',
    api_token: '(hidden)',
    url: 'mqtt://(hidden)@10.0.0.1',
    unit: { address: 7 },
  });
  expect(entry?.reason).toBe('đổi số từ (hidden), hỏi (hidden)');
  const kept = JSON.stringify(ledger.db.prepare('SELECT * FROM audit').all());
  for (const secret of [
    '905123456',
    '905 123',
    '905999888',
    'example.vn',
    'Mot-hai',
    'Bon-nam',
    'same',
    'matkhau',
  ])
    expect(kept).not.toContain(secret);
});

test('what is too long is cut, says so, and can still be proved', async () => {
  const { audit, ledger, prove } = open();
  audit.record({ action: 'a.b', what: 'c', after: { text: 'đ"'.repeat(50_000) }, reason: 'x'.repeat(9000) });
  const [entry] = audit.page(ALL).entries;
  expect(entry?.after).toMatchObject({
    cut: true,
    bytes: 200_011,
    sha256: expect.stringMatching(/^[\w-]{43}$/),
  });
  const row = ledger.db.prepare('SELECT length(CAST(after AS BLOB)) AS bytes FROM audit').get();
  expect(row?.bytes).toBeLessThanOrEqual(MOST_BYTES);
  expect(entry?.reason).toHaveLength(2000);
  // What people can type, and canonical JSON does not know.
  audit.record({
    action: 'a.b',
    what: 'c\ud800',
    after: { text: '\ud800', n: Number.NaN },
    reason: '\udc00',
  });
  expect(await prove()).toMatchObject({ records: 2, fault: null });
});

test('whoever is limited to areas sees entries of those, and none of the whole province', () => {
  const { audit } = open();
  for (const area of ['Sơn Trà', 'Hải Châu', null, 'Sơn Trà'])
    audit.record({ action: 'x.y', what: 'z', area });
  const numbers = (query: Partial<AuditQuery>) =>
    audit.page({ ...ALL, ...query }).entries.map((one) => one.number);
  expect(numbers({ areas: null })).toEqual([1, 2, 3, 4]);
  expect(numbers({ areas: ['Sơn Trà'] })).toEqual([1, 4]);
  expect(numbers({ areas: ['Sơn Trà'], area: 'Hải Châu' })).toEqual([]);
  expect(numbers({ areas: [] })).toEqual([]);
});

test('entries are found by action, who, station and time, and pages join without a gap in both orders', () => {
  const { audit, clock } = open();
  for (let n = 0; n < 25; n++) {
    clock.now += 1000;
    withActor({ name: n % 2 ? 'lan' : 'minh', from: 'x' }, () =>
      audit.record({
        action: n % 5 ? 'alert.note' : 'limits.set',
        what: n % 5 ? `alerts/a-1/${n}` : 'limits/a',
      }),
    );
  }
  const find = (query: Partial<AuditQuery>) => audit.page({ ...ALL, ...query }).entries;
  expect(find({ action: 'limits' })).toHaveLength(5);
  expect(find({ action: 'limits.set' })).toHaveLength(5);
  expect(find({ action: 'limit' })).toHaveLength(0);
  expect(find({ who: 'lan' })).toHaveLength(12);
  expect(find({ station: 'a' })).toHaveLength(5);
  expect(find({ station: 'a-1' })).toHaveLength(20);
  expect(find({ station: 'a-' })).toHaveLength(0);
  expect(find({ from: 1_002_000, to: 1_004_000 }).map(({ number }) => number)).toEqual([2, 3]);
  for (const order of ['oldest', 'newest'] as const) {
    const seen: number[] = [];
    for (let after: number | null = null; ; ) {
      const { entries, next } = audit.page({ ...ALL, order, after, limit: 4 });
      seen.push(...entries.map(({ number }) => number));
      if (next === null) break;
      after = next;
    }
    const all = Array.from({ length: 25 }, (_, index) => index + 1);
    expect(seen).toEqual(order === 'oldest' ? all : all.reverse());
  }
});

test('the end of the log cannot be taken off, nor the log made anew, when its head was told before', async () => {
  const { audit, prove, force } = open();
  fill(audit, 4);
  const { number, hash } = audit.head();
  fill(audit, 2);
  const told = new Map([[number, hash]]);
  expect(await prove(told)).toMatchObject({ last: 6, fault: null });
  force('DELETE FROM audit WHERE number > 3');
  // The chain itself is whole.
  expect(await prove()).toMatchObject({ last: 3, fault: null });
  expect((await prove(told)).fault).toBe('entries after 3 are missing: there were 4');
  audit.record({ action: 'x.y', what: 'z' });
  expect((await prove(told)).fault).toBe(
    'entry 4: its hash is not the one that was told when it was written',
  );
  force('DELETE FROM audit');
  expect((await prove(told)).fault).toBe('entries after 0 are missing: there were 4');
});

test('an answer looks through a part of a long log, and says where to go on', () => {
  const { audit, ledger } = open();
  audit.record({ action: 'rare.one', what: 'x' });
  ledger.db.exec(`WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 45000)
    INSERT INTO audit SELECT i, 1, 'lan', 'x', 'often.one', 'x', NULL, 'null', 'null', NULL, 'h', 's' FROM n`);
  audit.record({ action: 'rare.one', what: 'x' });
  for (const order of ['oldest', 'newest'] as const) {
    const found: number[] = [];
    const pages: number[] = [];
    for (let after: number | null = null; ; ) {
      const { entries, next } = audit.page({ ...ALL, order, after, action: 'rare' });
      found.push(...entries.map(({ number }) => number));
      pages.push(entries.length);
      if (next === null) break;
      after = next;
    }
    expect(found.toSorted((a, b) => a - b)).toEqual([1, 45_001]);
    expect(pages).toEqual([1, 0, 1]);
  }
});
