import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { correction, type Dating, datedPayload, latestPossible } from '../../edge/outbox/dating.ts';
import { LINE_BUSY } from '../../edge/poller.ts';
import { describeFault } from '../../edge/sources/source.ts';
import { createClockTrust } from '../../edge/trust.ts';
import { createDecoder } from '../decode.ts';
import { judgeState } from '../instrument-state.ts';
import { openProfiles } from '../kit/profiles.ts';
import { PARAMETER_IDS, type ParameterId, parameterOf } from '../parameter.ts';
import { stateSchema } from '../profile/state.ts';
import { doubtTime, type Judged, judgeGrossRange, missing } from '../quality.ts';
import { UNITS } from '../unit.ts';
import { decodeSenml } from '../wire/senml.ts';
import { createJudge } from './judge.ts';
import type { TestSettings } from './settings.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/quality.md'), 'utf8');

function row(parameter: ParameterId): string {
  const { tests, unit } = parameterOf(parameter);
  const { spike, ratePerMin, flat } = tests;
  const amount = (value: number | undefined) =>
    value === undefined ? '' : `${value} ${UNITS[unit].label}`.trim();
  const cells = [
    parameter,
    amount(spike),
    amount(ratePerMin),
    flat ? `${flat.seconds / 3600} h` : '',
    amount(flat?.tolerance),
    flat?.rest ? `${flat.rest[0]} to ${flat.rest[1]}` : '',
  ];
  return `| ${cells.join(' | ')} |`;
}

test('the page has the defaults of every parameter that has tests', () => {
  const [, after = ''] = page.split('| may stand still |\n| --- | --- | --- | --- | --- | --- |\n');
  const tested = PARAMETER_IDS.filter((id) => Object.keys(parameterOf(id).tests).length > 0);
  expect(after.split('\n\n')[0]?.split('\n')).toEqual(tested.map(row));
});

const good = (value: number): Judged => ({ value, flag: 1, reason: null });

/** What the judge says of the last of these values. */
function judgeLast(
  parameter: ParameterId,
  values: readonly number[],
  everyS: number,
  own?: TestSettings,
): Judged {
  const judge = createJudge(parameter, own);
  const judged = values.map((value, index) =>
    judge(judgeGrossRange(parameter, value), index * everyS * 1000),
  );
  return judged.at(-1) ?? missing('no values');
}

/** A point of a profile that ships with the product, read from these input registers. */
function decoded(id: string, parameter: ParameterId, from: number, words: readonly number[]): Judged {
  const profile = openProfiles().get(id);
  const points = profile?.points.filter((point) => point.parameter === parameter) ?? [];
  if (!profile) throw new Error(id);
  const [first] = createDecoder(profile, points).decode((_area, address) => words[address - from], 0);
  return first?.judged ?? missing('no such point');
}

const status = stateSchema.parse({
  area: 'input',
  address: 0,
  type: 'uint16',
  calibrating: { 1: 'zero gas' },
  error: { 2: 'lamp' },
  warning: { 3: 'filter' },
});
const inState = (raw: number | undefined) => judgeState(good(12), [status], () => raw);

function atClock(look: (trust: ReturnType<typeof createClockTrust>) => void): Judged {
  const trust = createClockTrust(null);
  look(trust);
  const timing = trust.timing(Date.UTC(2026, 5, 1));
  return doubtTime(good(12), (timing.kind === 'dated' && timing.reason) || 'no doubt');
}

/** A reading that waited for time, as it goes out. */
function dated(dating: Dating | undefined): Judged {
  const reading = { station: 's', parameter: 'ph' as const, at: 0, ...good(12) };
  const payload = dating ? datedPayload('s', [reading], dating, 0) : '';
  const decoded = decodeSenml(payload, 's', 0);
  return (decoded.kind === 'records' && decoded.readings[0]) || missing('no reading');
}
const boot = { name: '1a2b3c4d', wallOffset: 0, oldest: 0, newest: 60_000 };

/** The table's rows, each made by the code that runs. */
const MADE: Readonly<Record<string, readonly Judged[]>> = {
  gap: [
    missing(describeFault({ kind: 'no-answer', timeoutMs: 1000 })),
    missing(describeFault({ kind: 'link', detail: 'cannot connect to 10.0.0.9:502' })),
    missing(LINE_BUSY),
  ],
  'gross range': [
    judgeGrossRange('ph', 14.1),
    judgeGrossRange('ph', 2.9),
    decoded('xy-md02', 'relative_humidity', 1, [290, 1003]),
  ],
  'instrument status': [inState(1), inState(2), inState(3), inState(undefined)],
  'range here': [judgeLast('pm2_5', [12, 160], 10, { range: [0, 150] })],
  spike: [judgeLast('air_temperature', [30, 36], 600)],
  'rate of change': [judgeLast('air_temperature', [30, 34], 60)],
  'flat line': [
    judgeLast('air_temperature', Array(13).fill(30), 3600),
    judgeLast('air_temperature', Array(49).fill(30), 3600),
  ],
  'clock trust': [
    atClock((trust) => trust.look({ wall: 0, ticks: 0, source: 'unknown' })),
    atClock((trust) => {
      trust.look({ wall: Date.UTC(2026, 5, 2), ticks: 0, source: 'network' });
      trust.look({ wall: Date.UTC(2026, 5, 1), ticks: 0, source: 'network' });
    }),
    dated(latestPossible([boot], Date.UTC(2026, 5, 1), true)[0]),
  ],
  'time corrected': [
    dated(correction(boot, Date.UTC(2026, 5, 1), 60_000, true)),
    dated(correction(boot, Date.UTC(2026, 5, 1), 8 * 86_400_000, true)),
  ],
};

const table = page
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => cells.length === 6 && /^[1-9](, [1-9])*$/.test(cells[3] ?? ''))
  .map(([, name = '', , flags = '', reasons = '']) => ({ name, flags, reasons }));

test('the table of tests has a row for each, and the code makes the flags and reasons of each row', () => {
  // The words of validity are each profile's own.
  const rows = table.filter(({ name }) => name !== 'validity');
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(MADE));
  for (const { name, flags, reasons } of rows) {
    const made = MADE[name] ?? [];
    const all = made.map(({ flag }) => flag);
    const told = new Set(all).size === 1 ? all.slice(0, 1) : all;
    expect([name, told.join(', ')]).toEqual([name, flags]);
    const examples = [...reasons.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
    expect([name, examples.length]).toEqual([name, made.length]);
    for (const [index, example] of examples.entries()) {
      const pattern = example.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.+');
      expect([name, made[index]?.reason]).toEqual([name, expect.stringMatching(new RegExp(`^${pattern}$`))]);
    }
  }
});

test("validity tells in the profile's words that there is no value", () => {
  expect(table.find(({ name }) => name === 'validity')?.flags).toBe('9');
  const judged = decoded('dfrobot-sen0662', 'pm2_5', 4, [5, 0, 0x4108, 0, 0x4144, 0]);
  expect(judged).toEqual({ value: null, flag: 9, reason: 'sensor fault' });
});
