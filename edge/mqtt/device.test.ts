import { beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createLogger } from '../../devices/kit/log.ts';
import { mqttInstrumentSchemas } from '../../devices/mqtt-instrument.ts';
import type { Reading } from '../../devices/reading.ts';
import { createDevice, type Device } from './device.ts';
import { createInbox, INSTRUMENT_LIMIT, MOST_BYTES } from './inbox.ts';
import type { Decoded } from './message.ts';
import { presenceOf } from './presence.ts';

const START = Date.UTC(2026, 10, 21);
const PLACE = 'line lora, topic a/b';

let ticks = 0;
let readings: Reading[] = [];
let logged: string[] = [];
let device: Device;
const clock = { now: () => START + ticks, ticks: () => ticks };

beforeEach(() => {
  ticks = 0;
  readings = [];
  logged = [];
  const log = Object.assign(Object.create(createLogger('edge', 'silent')), {
    warn: ({ reason }: { reason: string }) => logged.push(`fails: ${reason}`),
    info: () => logged.push('works'),
  });
  device = createDevice({
    station: 'mast',
    instrument: z.discriminatedUnion('format', mqttInstrumentSchemas).parse({
      id: 'one',
      line: 'lora',
      model: 'Any',
      period_s: 600,
      format: 'json',
      topic: 'a/b',
      values: { pressure: { path: 'p', unit: 'hPa' }, smoke: { path: 's', unit: '/' } },
    }),
    place: PLACE,
    clock,
    log,
    onReadings: (some) => readings.push(...some),
  });
});

/** What comes of it in the minutes that follow. */
function pass(minutes: number): Reading[] {
  readings = [];
  for (let step = 0; step < minutes * 60; step++) {
    ticks += 1000;
    device.tick();
  }
  return readings;
}

const message = (
  raw: Partial<Record<'pressure' | 'smoke', unknown>>,
  note: string | null = null,
): Decoded => ({
  kind: 'samples',
  samples: (Object.entries(raw) as ['pressure', unknown][]).map(([parameter, value]) => ({
    parameter,
    raw: value,
    stamp: null,
  })),
  key: null,
  note,
});

const both = message({ pressure: 1000, smoke: 0 });
const told = () => readings.map(({ parameter, value, flag, reason }) => [parameter, value, flag, reason]);

test('one lost message is no silence; after two periods each period has its missing reading, until it speaks again', () => {
  device.take(both, false);
  expect(pass(19)).toEqual([]);
  pass(1);
  expect(told()).toEqual([
    ['pressure', null, 9, `no message for 20 min (${PLACE})`],
    ['smoke', null, 9, `no message for 20 min (${PLACE})`],
  ]);
  expect(device.error()).toBe(`no message for 20 min (${PLACE})`);
  expect(pass(30).filter(({ parameter }) => parameter === 'smoke')).toHaveLength(3);
  device.take(both, false);
  expect(device.error()).toBeNull();
  expect(pass(19)).toEqual([]);
  expect(logged).toEqual([`fails: no message for 20 min (${PLACE})`, 'works']);
});

test('a parameter that stays away from messages that come is missing alone, and it is told what there is', () => {
  for (let minute = 0; minute < 30; minute += 10) {
    device.take(message({ pressure: 1000 }, 'nothing at s, there is "p"'), false);
    pass(10);
  }
  const reason = `no smoke for 30 min in its messages: nothing at s, there is "p" (${PLACE})`;
  expect(told()).toEqual([['smoke', null, 9, reason]]);
});

test('a last will is told at once, and again each period; a message ends it', () => {
  device.take(both, false);
  readings = [];
  device.gone('it is offline, says tele/x/LWT');
  const reason = `it is offline, says tele/x/LWT (${PLACE})`;
  expect(told()).toEqual([
    ['pressure', null, 9, reason],
    ['smoke', null, 9, reason],
  ]);
  device.gone('it is offline, says tele/x/LWT');
  expect(readings).toHaveLength(2);
  expect(pass(10)).toHaveLength(2);
  device.take(both, false);
  expect(device.error()).toBeNull();
  expect(logged).toEqual([`fails: ${reason}`, 'works']);
});

test('a retained message says nothing of whether it is there', () => {
  device.gone('it is offline, says tele/x/LWT');
  device.take(both, true);
  expect(device.error()).toMatch(/^it is offline/);
});

test('with the broker away its cause is told after one period; the line logs it, not each instrument', () => {
  device.take(both, false);
  pass(5);
  device.lineLost('the broker is away: ECONNREFUSED (line lora, 127.0.0.1:1883)');
  expect(pass(9)).toEqual([]);
  pass(1);
  expect(told()[0]?.[3]).toBe('the broker is away: ECONNREFUSED (line lora, 127.0.0.1:1883)');
  expect(logged).toEqual([]);
});

test('a short loss of the broker is no silence', () => {
  device.take(both, false);
  pass(8);
  device.lineLost('away');
  pass(1);
  device.lineBack();
  expect(pass(10)).toEqual([]);
  pass(1);
  expect(told()[0]?.[3]).toBe(`no message for 20 min (${PLACE})`);
});

test('garbage is one flagged error: told once a period, logged once, over with the next good message', () => {
  device.take(both, false);
  readings = [];
  for (let index = 0; index < 50; index++)
    device.take({ kind: 'malformed', reason: 'the payload is no JSON' }, false);
  expect(told()).toEqual([
    ['pressure', null, 9, `the payload is no JSON (${PLACE})`],
    ['smoke', null, 9, `the payload is no JSON (${PLACE})`],
  ]);
  expect(logged).toEqual([`fails: the payload is no JSON (${PLACE})`]);
  device.take(both, false);
  expect(device.error()).toBeNull();
});

test('garbage and good messages in turn do not fill the log or the store', () => {
  for (let index = 0; index < 100; index++) {
    device.take({ kind: 'malformed', reason: 'the payload is no JSON' }, false);
    device.take(both, false);
    ticks += 100;
  }
  expect(logged).toHaveLength(2);
  expect(readings.filter(({ flag }) => flag === 9)).toHaveLength(2);
});

test('the words of a last will', () => {
  const says = (text: string) => presenceOf(Buffer.from(text));
  expect(['Online', 'online', '{"state":"online"}', '{"online":true}', '1'].map(says)).toEqual(
    Array(5).fill('online'),
  );
  expect(['Offline', '"offline"', '{"state":"offline"}', '{"online":false}', '0'].map(says)).toEqual(
    Array(5).fill('offline'),
  );
  expect(['', 'what', '{"state":{}}', '{', '[]', 'constructor', '\u0000'].map(says)).toEqual(
    Array(7).fill(null),
  );
});

test('a flood is cut to its limit, counted, and its newest message kept', () => {
  const taken: string[] = [];
  let leftOut = 0;
  let tooLarge = 0;
  const inbox = createInbox({
    clock,
    take: ({ payload }) => taken.push(payload.toString()),
    leftOut: (count) => {
      leftOut += count;
    },
    tooLarge: () => {
      tooLarge += 1;
    },
  });
  const packet = (text: string, over = {}) => ({
    topic: 'a/b',
    payload: Buffer.from(text),
    retain: false,
    dup: false,
    ...over,
  });
  for (let index = 0; index < 1000; index++) inbox.push(packet(String(index)));
  expect(taken).toHaveLength(INSTRUMENT_LIMIT.burst);
  ticks += 1000;
  inbox.tick();
  expect(taken.at(-1)).toBe('999');
  expect(leftOut).toBe(1000 - INSTRUMENT_LIMIT.burst - 1);
  inbox.push(packet('again'));
  inbox.push(packet('again', { dup: true }));
  inbox.push(packet('again'));
  expect(taken.slice(-2)).toEqual(['again', 'again']);
  expect(taken).toHaveLength(INSTRUMENT_LIMIT.burst + 3);
  inbox.push(packet('x'.repeat(MOST_BYTES + 1)));
  expect(tooLarge).toBe(1);
});
