/** What the health and the metrics of the gateway say of the ways to people. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { message, NEVER, open, outcome } from '../../test/support/channels.ts';
import { openScratchLedger } from '../ledger.ts';
import { type Channel, Undeliverable } from './channel.ts';
import { conditionDetail, createCondition, watchChannels } from './condition.ts';

const DAY_MS = 86_400_000;

test('a channel is as its last message was, a modem as it says; an address that is wrong is no fault of a channel', async () => {
  let error: Error | null = null;
  let absent: string | null = 'the GSM modem is not ready: it looks for a network';
  const channel = (fault?: () => string | null): Channel => ({
    async send() {
      if (error !== null) throw error;
    },
    ...(fault && { fault }),
    async close() {},
  });
  const path = join(tmpdir(), 'quantrac-no-modem');
  expect(
    open({ sms: { via: 'modem', path } })
      .byKind.get('sms')
      ?.fault?.(),
  ).toMatch(/^the GSM modem is not/);
  const { byKind, faults } = watchChannels(
    new Map([
      ['email', channel()],
      ['sms', channel(() => absent)],
    ]),
  );
  const send = () => outcome(byKind.get('email')?.send('a@example.vn', message, NEVER) ?? Promise.resolve());
  expect(Object.fromEntries(faults())).toEqual({ sms: absent });
  error = new Error('a@example.vn is over quota');
  expect(await send()).toEqual([false, 'a@example.vn is over quota']);
  absent = null;
  expect(Object.fromEntries(faults())).toEqual({ email: 'the last message was not taken', sms: null });
  error = null;
  await send();
  error = new Undeliverable('there is no such address');
  await send();
  expect(Object.fromEntries(faults())).toEqual({ email: null, sms: null });
});

test('messages are counted for a day, and the detail says what is wrong', () => {
  const ledger = openScratchLedger();
  onTestFinished(() => ledger.close());
  const insert = ledger.db.prepare(
    `INSERT INTO notice_message (person, state, position, tries, due_at, made_at, ended_at, alerts, alert_count, grown)
     VALUES (?, ?, 0, 0, 0, 0, ?, '[]', 0, 0)`,
  );
  let fault: string | null = null;
  const condition = createCondition(
    ledger,
    () => new Map([['sms', fault]]),
    () => DAY_MS + 5,
  );
  expect(conditionDetail(condition)).toBe('nothing failed in the last 24 hours');
  for (const [person, state, endedAt] of [
    ['lan', 'failed', 4],
    ['lan', 'failed', 6],
    ['lan', 'unknown', 7],
    ['lan', 'sent', 8],
    ['lan', 'waiting', null],
    ['minh', 'sending', null],
  ] as const)
    insert.run(person, state, endedAt);
  fault = 'the last message was not taken';
  expect(condition.messages()).toEqual({ waiting: 2, sent: 1, failed: 1, unknown: 1 });
  expect(conditionDetail(condition)).toBe(
    'sms: the last message was not taken; 2 messages wait; in the last 24 hours 1 messages failed and of 1 nobody knows',
  );
});
