import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alarmSchema } from '../../devices/wire/messages.ts';
import { createBatcher } from '../batch.ts';
import { LANES, type Outbox, openOutbox } from '../outbox.ts';
import { ageAlarms } from './alarm-age.ts';

const NOW = Date.UTC(2026, 9, 3, 8);

let folder = '';
let outbox: Outbox;
let ticks = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-alarm-age-'));
  ticks = 100_000;
  open('aaaaaaaa');
});
afterEach(() => {
  outbox.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(boot: string): void {
  outbox = ageAlarms(openOutbox(folder, 1), { boot, ticks: () => ticks });
}

const alarm = {
  station: 's1',
  parameter: 'smoke',
  limit: 'fire',
  state: 'raised',
  level: 'critical',
  at: 20_000,
  value: 1,
  threshold: 1,
} as const;

function decide(doubtful: boolean): void {
  const batcher = createBatcher(outbox, () => NOW);
  if (doubtful) batcher.addAlarm({ ...alarm, time_doubtful: true }, ticks);
  else batcher.addAlarm(alarm);
  batcher.flush();
}

const sent = () => alarmSchema.parse(JSON.parse(outbox.take(NOW, LANES)?.payload ?? ''));

test('an alarm whose time is in doubt tells its age when it goes out, and each time anew', () => {
  decide(true);
  ticks += 7_200_500;
  expect(sent()).toEqual({ ...alarm, time_doubtful: true, age_s: 7200.5 });
  outbox.release();
  ticks += 60_000;
  expect(sent().age_s).toBe(7260.5);
});

test('a restart of the edge in the same boot keeps the age, in another boot nobody knows it', () => {
  decide(true);
  outbox.close();
  ticks += 5000;
  open('aaaaaaaa');
  expect(sent().age_s).toBe(5);
  outbox.close();
  open('bbbbbbbb');
  expect(sent()).toEqual({ ...alarm, time_doubtful: true });
});

test('an alarm whose time is known has no age', () => {
  decide(false);
  ticks += 5000;
  expect(sent()).toEqual(alarm);
});
