/** Every fault of the simulated field as the edge tells it: the flag, the reason, the recovery, and no harm to others. */
import { expect, test } from 'vitest';
import type { Flag } from '../devices/quality.ts';
import type { Reading } from '../devices/reading.ts';
import { FAULT_KINDS, type FaultKind } from '../devices/simulator/fault-kinds.ts';
import type { FaultInput } from '../devices/simulator/faults.ts';
import { hasProgram } from '../test/support/programs.ts';
import { type FieldMode, faultyLine, PATIENT_HYGROMETER, skippingClock } from './field-rig.ts';

interface Case {
  readonly fault: FaultKind;
  /** With its settings, or with others that make it show; its name alone without. */
  readonly as?: readonly FaultInput[];
  /** Lines on which it is tried, with the reason that it gives there: exact words, or a pattern. */
  readonly says: Partial<Record<FieldMode, string | RegExp>>;
  readonly flag?: Flag;
  /** What stands in its place, one after the other, until it is gone. */
  readonly next?: readonly (readonly FaultInput[])[];
  /** The instrument that has it. */
  readonly at?: Faulty;
  /** Least time of each pause of the line: what goes by in the real world meanwhile. */
  readonly pauseMs?: number;
}

interface Faulty {
  readonly profile: string;
  /** What it measures, in one block; the first is looked at. */
  readonly points: Readonly<Record<string, object>>;
  /** What a good reading shows; null where it is another each time. */
  readonly value: number | null;
  readonly quality?: object;
}

/** In a test's hurry half a day goes by in seconds. */
const RESTFUL = { air_temperature: { flat: 'off' }, relative_humidity: { flat: 'off' } };

const HYGROMETER: Faulty = {
  profile: 'xy-md02',
  points: { air_temperature: { constant: 25.3 }, relative_humidity: { constant: 60 } },
  value: 25.3,
  quality: RESTFUL,
};

const OZONE: Faulty = {
  profile: 'teledyne-t400',
  points: { o3: { constant: 61.42 } },
  value: 61.42,
  quality: { o3: { flat: 'off' } },
};

const both = (says: string | RegExp) => ({ tcp: says, 'rtu-tcp': says });
const serialToo = (says: string | RegExp) => ({ 'rtu-tcp': says, rtu: says });
const PLACE = '(line bus, unit 1, input 1 to 2)';

const CASES: readonly Case[] = [
  {
    fault: 'no-answer',
    says: {
      tcp: `no answer within 200 ms ${PLACE}`,
      'rtu-tcp': `no answer within 218 ms ${PLACE}`,
      rtu: `no answer within 202 ms ${PLACE}`,
    },
  },
  {
    fault: 'late-answer',
    as: [{ kind: 'late-answer', ms: 300 }],
    pauseMs: 150,
    says: {
      tcp: `no answer within 200 ms ${PLACE}`,
      'rtu-tcp': `no answer within 218 ms ${PLACE}`,
      rtu: `no answer within 202 ms ${PLACE}`,
    },
  },
  { fault: 'exception-02', says: both(`exception 2 (illegal data address) ${PLACE}`) },
  { fault: 'exception-04', says: both(`exception 4 (server device failure) ${PLACE}`) },
  { fault: 'exception-06', says: both(`exception 6 (server device busy) ${PLACE}`) },
  { fault: 'exception-unknown', says: both(`exception 99 (not in the standard) ${PLACE}`) },
  { fault: 'wrong-crc', says: serialToo(`malformed answer: wrong CRC ${PLACE}`) },
  {
    fault: 'echoed-request',
    says: {
      tcp: `malformed answer: a byte count of 0 for 3 bytes ${PLACE}`,
      ...serialToo(`malformed answer: only the request itself came back ${PLACE}`),
    },
  },
  {
    fault: 'wrong-unit',
    says: {
      tcp: `malformed answer: unit 2 answered instead of 1 ${PLACE}`,
      'rtu-tcp': `malformed answer: unit 2 answered instead ${PLACE}`,
    },
  },
  {
    fault: 'wrong-function',
    says: {
      tcp: `malformed answer: function 3 instead of 4 ${PLACE}`,
      'rtu-tcp': `malformed answer: function 3 instead of 4 ${PLACE}`,
    },
  },
  {
    fault: 'truncated',
    says: {
      tcp: `malformed answer: a byte count of 4 for 1 bytes ${PLACE}`,
      ...serialToo(`malformed answer: 4 of 9 bytes ${PLACE}`),
    },
  },
  {
    fault: 'oversized',
    says: {
      tcp: `malformed answer: a length of 257 ${PLACE}`,
      ...serialToo(`malformed answer: 127 registers instead of 2 ${PLACE}`),
    },
  },
  {
    fault: 'oversized',
    as: [{ kind: 'oversized', extra: 1 }],
    says: both(`malformed answer: 3 registers instead of 2 ${PLACE}`),
  },
  { fault: 'short-answer', says: both(`short answer: 1 registers instead of 2 ${PLACE}`) },
  {
    fault: 'random-bytes',
    says: {
      tcp: /^malformed answer: .+ \(line bus, unit 1, input 1 to 2\)$/,
      ...serialToo(/^malformed answer: \d+ bytes that are no answer \(line bus, unit 1, input 1 to 2\)$/),
    },
  },
  {
    // A gateway before the bus says that it understood nobody.
    fault: 'id-clash',
    says: {
      tcp: `exception 11 (gateway target device failed to respond) ${PLACE}`,
      ...serialToo(`malformed answer: wrong CRC ${PLACE}`),
    },
  },
  {
    fault: 'hole-timeout',
    as: [{ kind: 'illegal-registers', area: 'input', address: 2 }, 'hole-timeout'],
    says: {
      tcp: `no answer within 200 ms ${PLACE}`,
      'rtu-tcp': `no answer within 218 ms ${PLACE}`,
    },
  },
  {
    fault: 'illegal-registers',
    as: [{ kind: 'illegal-registers', area: 'input', address: 1 }],
    says: both('exception 2 (illegal data address) (line bus, unit 1, input 1)'),
  },
  {
    // Less than the two registers of one value: no smaller request can help.
    fault: 'most-registers',
    as: [{ kind: 'most-registers', count: 1 }],
    says: both('exception 3 (illegal data value) (line bus, unit 1, input 18 to 19)'),
    at: OZONE,
  },
  {
    // So deep a sleep that the second try finds it asleep again.
    fault: 'sleep-until-woken',
    as: [{ kind: 'sleep-until-woken', idle_s: 0.05 }],
    says: {
      tcp: `no answer within 200 ms ${PLACE}`,
      'rtu-tcp': `no answer within 218 ms ${PLACE}`,
    },
  },
  {
    fault: 'stuck-value',
    flag: 3,
    says: both('flat: no change for 1 min'),
    at: {
      profile: 'xy-md02',
      points: { air_temperature: { sine: { mean: 25, amplitude: 2, period_s: 300 } } },
      value: null,
      quality: { air_temperature: { flat: { seconds: 60, tolerance: 0.2 } } },
    },
  },
  {
    fault: 'sentinel',
    says: both('sensor error'),
    at: { profile: 'lambrecht-rain-e', points: { rain_total: { constant: 12 } }, value: 12 },
  },
  {
    // Nothing in an answer tells it: only that such a value cannot be. This one is too great,
    fault: 'swapped-words',
    flag: 4,
    says: both('outside 0..5000'),
    at: OZONE,
  },
  {
    // and this one too small.
    fault: 'swapped-words',
    flag: 3,
    says: both('too small to be measured: are its words in the right order?'),
    at: { ...OZONE, points: { o3: { constant: 61.37 } }, value: 61.37 },
  },
  {
    fault: 'counter-reset',
    says: both('counter restarted'),
    at: {
      profile: 'advantech-adam-6051',
      points: { traffic_flow: { constant: 3600 } },
      value: null,
    },
  },
  {
    // It tells that it has no value; after some rounds of that it is told to start again.
    fault: 'not-started',
    says: both('the instrument says invalid (65280)'),
    at: {
      profile: 'yosemitech-y4000',
      points: { ph: { constant: 7.5 } },
      value: 7.5,
      quality: { ph: { flat: 'off' } },
    },
  },
];

const NEIGHBOUR = { profile: 'xy-md02', unit: 3 };
const NEIGHBOUR_SHOWS = { air_temperature: 11.1, relative_humidity: 77 };

const socat = hasProgram('socat');
const runs = CASES.flatMap((one) =>
  (Object.keys(one.says) as FieldMode[]).map((mode) => ({ ...one, mode, title: titleOf(one) })),
);

function titleOf({ fault, as: [first] = [] }: Case): string {
  const settings = typeof first === 'object' && first.kind === fault ? Object.entries(first).slice(1) : [];
  return [fault, ...settings.map(([key, value]) => `${key} ${value}`)].join(', ');
}

test.concurrent.for(runs.filter(({ mode }) => socat || mode !== 'rtu'))(
  '$title on a line of mode $mode: told, over when it is gone, and no harm to the neighbour',
  async ({ fault, as = [fault], says, mode, flag = 9, next = [], at = HYGROMETER, pauseMs }, {
    onTestFinished,
  }) => {
    const { profile, points, value, quality = {} } = at;
    const [parameter] = Object.keys(points);
    const line = await faultyLine(
      mode,
      [
        { profile, unit: 1, points },
        {
          ...NEIGHBOUR,
          points: Object.fromEntries(
            Object.entries(NEIGHBOUR_SHOWS).map(([id, constant]) => [id, { constant }]),
          ),
        },
      ],
      [
        { unit: 1, profile, points: Object.keys(points), quality },
        { ...NEIGHBOUR, profile: PATIENT_HYGROMETER, quality: RESTFUL },
      ],
      skippingClock(pauseMs),
    );
    onTestFinished(line.stop);
    const isOwn = (reading: Reading) => reading.station === 'unit-1' && reading.parameter === parameter;
    const isGood = (reading: Reading) => isOwn(reading) && reading.flag === 1;
    await line.next('a good reading', isGood);

    line.setFaults(1, as);
    const told = await line.next('the fault', (reading) => isOwn(reading) && reading.flag !== 1);
    expect(told).toMatchObject({ parameter, flag });
    const reason = says[mode] ?? '';
    if (typeof reason === 'string') expect(told.reason).toBe(reason);
    else expect(told.reason).toMatch(reason);
    if (flag === 9) expect(told.value).toBeNull();
    for (let round = 0; round < 3; round++)
      await line.next('the neighbour', ({ station }) => station === 'unit-3');

    for (const faults of next) {
      line.setFaults(1, faults);
      await line.next('the next fault', (reading) => isOwn(reading) && reading.reason !== told.reason);
    }
    line.setFaults(1, []);
    await line.next('a good reading again', isGood);

    // Whatever came meanwhile, nothing false was called good.
    if (value !== null)
      for (const good of line.readings.filter(isGood)) expect(good.value).toBeCloseTo(value, 3);
    for (const { station, parameter: id, value: shown, flag, reason } of line.readings) {
      if (station !== 'unit-3') continue;
      expect(`${flag} ${reason}`).toBe('1 null');
      expect(shown).toBe(NEIGHBOUR_SHOWS[id as keyof typeof NEIGHBOUR_SHOWS]);
    }
  },
);

test.concurrent('an instrument that sleeps between its readings is woken by the second try and loses none', async ({
  onTestFinished,
}) => {
  const { profile, points, quality } = HYGROMETER;
  const line = await faultyLine(
    'tcp',
    [{ profile, unit: 1, points, fault: { kind: 'sleep-until-woken', idle_s: 5 } }],
    [{ unit: 1, profile, quality }],
  );
  onTestFinished(line.stop);
  for (let round = 0; round < 6; round++) await line.next('a reading', () => true);
  for (const { flag } of line.readings) expect(flag).toBe(1);
});

test.concurrent.for(['tcp', 'rtu-tcp'] as const)(
  'an instrument that measures when it is told to shows what it measures then, and says why when it cannot be told: %s',
  async (mode, { onTestFinished }) => {
    const profile = 'aqualabo-optod';
    const clock = skippingClock();
    const begun = clock.now();
    const line = await faultyLine(
      mode,
      // It rises by a thousandth each second: a value says when it was measured.
      [
        {
          profile,
          unit: 1,
          points: { dissolved_oxygen: { sine: { mean: 8, amplitude: 4, period_s: 25_000 } } },
        },
      ],
      [{ unit: 1, profile, points: ['dissolved_oxygen'] }],
      clock,
    );
    onTestFinished(line.stop);
    const secondsAt = ({ at }: Reading) => (at - begun) / 1000;
    const measuredAt = ({ value }: Reading) => (Math.asin(((value ?? 0) - 8) / 4) / (2 * Math.PI)) * 25_000;
    for (let round = 0; round < 5; round++) {
      const reading = await line.next('a reading', ({ flag }) => flag === 1);
      expect(Math.abs(secondsAt(reading) - measuredAt(reading))).toBeLessThan(1);
    }
    line.setFaults(1, ['no-answer']);
    const told = await line.next('the fault', ({ flag }) => flag === 9);
    expect(told.reason).toMatch(
      /^no answer within \d+ ms to its order, 15 to holding 1 \(line bus, unit 1\)$/,
    );
    line.setFaults(1, []);
    const back = await line.next('a good reading again', ({ flag }) => flag === 1);
    expect(Math.abs(secondsAt(back) - measuredAt(back))).toBeLessThan(1);
  },
);

test('every fault of the field is among those that are tried', () => {
  expect(new Set(CASES.map(({ fault }) => fault))).toEqual(new Set(FAULT_KINDS));
});
