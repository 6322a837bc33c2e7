/** Station files of Circular 10/2021: their text, their states, what is refused, and what is read back. */
import { expect, test } from 'vitest';
import { judgeState } from '../devices/instrument-state.ts';
import type { ParameterId } from '../devices/parameter.ts';
import { FLAG, type Flag } from '../devices/quality.ts';
import { fileTime, stationFile, timeOfFile } from '../gateway/ioc/station-files/format.ts';
import { type Range, withoutRange, withRange } from '../gateway/ioc/station-files/gaps.ts';
import { readStationFile } from '../gateway/ioc/station-files/reader.ts';
import { stationFileSettingsSchema } from '../gateway/ioc/station-files/settings.ts';
import { cycles } from '../gateway/ioc/station-files/source.ts';
import { cycleValue } from '../gateway/ioc/station-files/state.ts';

const status = { measuring: '00', calibrating: '01', error: '02' };
const format = { name: 'TinhA_{facility}_{station}_{time}.txt', line_end: 'crlf', status } as const;
const words = { station: 'KK01', facility: 'CoSoB' };
const AT = Date.parse('2026-03-05T13:15:00+07:00');
const line = (symbol: string, value: number | null, decimals: number, unit: string, state = 'measuring') =>
  ({ symbol, value, decimals, unit, state }) as never;

/** The sample of domain-standards 4.3. */
const SAMPLE = [
  'PM2,5\t35.4\tug/Nm3\t20260305131500\t00',
  'PM10\t61.2\tug/Nm3\t20260305131500\t00',
  'NO2\t48.9\tug/Nm3\t20260305131500\t01',
  'Temp\t31.6\toC\t20260305131500\t00',
];

test('a file is written as the sample has it', () => {
  const lines = [
    line('PM2,5', 35.44, 1, 'ug/Nm3'),
    line('PM10', 61.2, 1, 'ug/Nm3'),
    line('NO2', 48.9, 1, 'ug/Nm3', 'calibrating'),
    line('Temp', 31.6, 1, 'oC'),
  ];
  expect(stationFile(format, words, AT, lines)).toEqual({
    name: 'TinhA_CoSoB_KK01_20260305131500.txt',
    text: SAMPLE.map((text) => `${text}\r\n`).join(''),
  });
  const lf = stationFile({ ...format, name: '{station}_{time}.txt', line_end: 'lf' }, words, AT, lines);
  expect(lf?.name).toBe('KK01_20260305131500.txt');
  expect(lf?.text).toBe(`${SAMPLE.join('\n')}\n`);
});

test('a value that is not there is never a number of ours, and a zero has no sign', () => {
  const absent = [line('O3', null, 1, 'ug/Nm3', 'error')];
  expect(stationFile(format, words, AT, absent)).toBeNull();
  expect(stationFile({ ...format, no_value: 'NULL' }, words, AT, absent)?.text).toBe(
    'O3\tNULL\tug/Nm3\t20260305131500\t02\r\n',
  );
  expect(stationFile(format, words, AT, [line('Temp', -0.04, 1, 'oC')])?.text).toMatch(/^Temp\t0\.0\t/);
  expect(stationFile(format, words, AT, [line('Temp', -0.06, 1, 'oC')])?.text).toMatch(/^Temp\t-0\.1\t/);
});

test('times are Vietnamese, and a day that does not exist is none', () => {
  expect(fileTime(Date.parse('2025-12-31T17:00:00Z'))).toBe('20260101000000');
  expect(timeOfFile('20260101000000')).toBe(Date.parse('2025-12-31T17:00:00Z'));
  expect(timeOfFile('20280229235959')).toBe(Date.parse('2028-02-29T16:59:59Z'));
  for (const wrong of ['20260231000000', '20260305246000', '20261305000000', '2026030513150', '2026-03-05'])
    expect(timeOfFile(wrong)).toBeNull();
});

const reading = (value: number | null, flag: Flag = FLAG.good, reason: string | null = null) => ({
  value,
  flag,
  reason,
});
const ruleOf = (kind: 'calibrating' | 'error') =>
  [{ area: 'input', address: 0, type: 'uint16', [kind]: { '1': 'by a person' } }] as never;

test('most readings of a cycle say its state, and no value of a calibration or a fault enters a mean', () => {
  // As the edge itself tells of an instrument that calibrates or has an error.
  const calibrating = judgeState(reading(400), ruleOf('calibrating'), () => 1);
  const broken = judgeState(reading(-7), ruleOf('error'), () => 1);
  expect([calibrating.flag, broken.flag]).toEqual([FLAG.notEvaluated, FLAG.fail]);

  expect(cycleValue([reading(10), reading(20, FLAG.suspect), calibrating], false)).toEqual({
    state: 'measuring',
    value: 15,
  });
  expect(cycleValue([reading(10), calibrating, calibrating, broken], false)).toEqual({
    state: 'calibrating',
    value: 400,
  });
  expect(cycleValue([broken, broken, reading(10)], false)).toEqual({ state: 'error', value: -7 });
  expect(cycleValue([reading(null, FLAG.missing, 'no answer')], false)).toEqual({
    state: 'error',
    value: null,
  });
  expect(cycleValue([reading(10), calibrating], false)?.state).toBe('measuring');
  expect(cycleValue([reading(3, FLAG.notEvaluated, 'learning')], false)).toBeNull();
  expect(cycleValue([], false)).toBeNull();
  expect(cycleValue([reading(350), reading(20)], true)?.value).toBeCloseTo(5);
  expect(cycleValue([reading(350), reading(10)], true)?.value).toBeCloseTo(0);
});

const rules = {
  symbols: new Map<string, ParameterId>([
    ['PM2,5', 'pm2_5'],
    ['PM10', 'pm10'],
    ['NO2', 'no2'],
    ['Temp', 'air_temperature'],
    ['CO', 'co'],
  ]),
  units: new Map([
    ['ug/Nm3', 'ug/m3'],
    ['mg/Nm3', 'mg/m3'],
    ['oC', 'Cel'],
    ['do C', 'Cel'],
  ] as const),
  status,
  stamp: 'end',
} as const;

test('the sample is read back, with TAB or spaces, either line end, either decimal sign and either PM2.5', () => {
  const wanted = [
    { parameter: 'pm2_5', at: AT - 1, value: 35.4, flag: FLAG.good, reason: null },
    { parameter: 'pm10', at: AT - 1, value: 61.2, flag: FLAG.good, reason: null },
    {
      parameter: 'no2',
      at: AT - 1,
      value: 48.9,
      flag: FLAG.notEvaluated,
      reason: expect.stringMatching(/^calibration/),
    },
    { parameter: 'air_temperature', at: AT - 1, value: 31.6, flag: FLAG.good, reason: null },
  ];
  const text = SAMPLE.join('\r\n');
  const spaced = SAMPLE.map((one) => one.replaceAll('\t', '    ')).join('\n');
  const commas = SAMPLE.map((one) => one.replace(/(\d)\.(\d)/, '$1,$2').replace('PM2,5', 'PM2.5')).join('\n');
  for (const form of [text, `\uFEFF${text}\r\n`, spaced, commas])
    expect(readStationFile(form, rules)).toEqual({ readings: wanted, refused: [] });
  expect(readStationFile(text, { ...rules, stamp: 'start' }).readings[0]?.at).toBe(AT);
});

test('a line that cannot be read is named, its neighbours are taken', () => {
  const lines = [
    'PM10\t61.2\tug/Nm3\t20260305131500\t00',
    'XYZ\t1\tug/Nm3\t20260305131500\t00',
    'PM10\t1.234,5\tug/Nm3\t20260305131500\t00',
    'PM10\tNaN\tug/Nm3\t20260305131500\t00',
    'PM10\t61.2\tppb\t20260305131500\t00',
    'PM10\t61.2\toC\t20260305131500\t00',
    'PM10\t61.2\tug/Nm3\t20260231131500\t00',
    'PM10\t61.2\tug/Nm3\t20260305131500\t07',
    'PM10\t61.2\tug/Nm3',
    `PM10\t61.2\t\u001b[2J\t20260305131500\t00`,
    `PM10 ${'9'.repeat(600)}`,
    'CO\t1.5\tmg/Nm3\t20260305131500\t00',
    'Temp\t31.6\tdo C\t20260305131500\t02',
  ];
  const { readings, refused } = readStationFile(lines.join('\n'), rules);
  expect(readings.map(({ parameter, value, flag }) => [parameter, value, flag])).toEqual([
    ['pm10', 61.2, FLAG.good],
    ['co', 1500, FLAG.good],
    ['air_temperature', 31.6, FLAG.fail],
  ]);
  expect(refused.map((one) => [one.line, one.reason.replace(/:.*/, '')])).toEqual([
    [2, 'symbol "XYZ" is not among those of the map'],
    [3, 'value "1.234,5" is no number'],
    [4, 'value "NaN" is no number'],
    [5, 'unit "ppb" is not among those of the map'],
    [6, 'unit "oC" does not fit pm10'],
    [7, 'time "20260231131500" is no YYYYMMDDhhmmss'],
    [8, 'status "07" is none of 00, 01, 02'],
    [9, '3 fields, five are expected'],
    [10, 'unit " [2J" is not among those of the map'],
    [11, 'longer than 500 characters'],
  ]);
});

test('gaps are ranges that never touch, whatever the cycles are that they are made of', () => {
  const cycle = (minute: number, minutes = 5) => ({ first: minute * 60, last: (minute + minutes) * 60 - 1 });
  const built = [35, 15, 20, 30, 25, 45].map((minute) => cycle(minute)).reduce(withRange, [] as Range[]);
  expect(built).toEqual([cycle(15, 25), cycle(45)]);
  expect(withRange(built, cycle(25))).toEqual(built);
  expect(withRange(built, cycle(39, 2))).toEqual([cycle(15, 26), cycle(45)]);
  expect([cycle(25), cycle(45), cycle(15)].reduce(withoutRange, built)).toEqual([cycle(20), cycle(30, 10)]);
  expect(withoutRange(built, cycle(0, 60))).toEqual([]);
});

const settings = {
  to: 'folder',
  folder: '/tmp',
  since: '2026-03-05',
  name: '{station}_{time}.txt',
  stations: [{ id: 'kk01', station: 'KK01' }],
  parameters: { pm2_5: { unit: 'ug/Nm3' } },
};

test.each([
  [{ name: '{station}.txt' }, 'must have {time}'],
  [{ name: '{province}_{time}.txt' }, '"{province}" is none of {facility}, {station}, {time}'],
  [{ name: '../{station}_{time}.txt' }, 'must be ASCII letters'],
  [{ name: '{facility}_{station}_{time}.txt' }, 'is wanted by the name'],
  [{ stations: [{ id: 'kk01', station: 'KK_01' }] }, '"_" parts the words'],
  [
    {
      stations: [
        { id: 'kk01', station: 'KK01' },
        { id: 'kk02', station: 'KK01' },
      ],
    },
    'is there twice',
  ],
  [{ parameters: { conductivity: { unit: 'mS/cm' } } }, 'is in no verified list'],
  [{ parameters: { co: { unit: 'mg/Nm3', convert_to: 'Cel' } } }, 'ug/m3 cannot be converted to Cel'],
  [
    { parameters: { air_temperature: { unit: 'oC' }, water_temperature: { unit: 'oC' } } },
    '"Temp" is there twice',
  ],
  [{ parameters: {} }, 'must name one at least'],
  [{ period_s: 420 }, 'must part an hour'],
  [{ since: '2026-02-30' }, 'must be a day'],
  [{ status: { error: '00' } }, 'three different codes'],
  [{ to: 'sftp', host: 'h', user: 'u', password: 'p', host_key: 'SHA256:abc' }, 'as ssh-keygen -lf shows it'],
  [
    { to: 'sftp', host: 'h', user: 'u', host_key: `SHA256:${'a'.repeat(43)}`, folder: '.' },
    'needs either "password" or "private_key"',
  ],
])('settings %j are refused: %s', (wrong, reason) => {
  expect(stationFileSettingsSchema.safeParse(settings).success).toBe(true);
  const result = stationFileSettingsSchema.safeParse({ ...settings, ...wrong });
  expect(result.error?.issues.map(({ message }) => message).join('; ')).toContain(reason);
});

type Cycles = { number: number; before: boolean }[];
const ends = (items: Cycles) => items.map(({ number }) => fileTime(number * 1000));

test('a cycle is due when it is over and the delay has passed; a new destination begins on its first day', () => {
  let now = AT + 29_999;
  const source = cycles(stationFileSettingsSchema.parse(settings), () => now);
  const after = (number: number, limit: number) => source.after(number, limit) as Cycles;
  const last = AT / 1000 - 300;
  expect(after(last, 3)).toEqual([]);
  now += 1;
  expect(ends(after(last, 3))).toEqual(['20260305131500']);
  const [before] = after(0, 100);
  expect(before).toEqual({ number: expect.any(Number), before: true });
  expect(ends(before ? [before] : [])).toEqual(['20260305000000']);
  const next = after(before?.number ?? 0, 3);
  expect(ends(next)).toEqual(['20260305000500', '20260305001000', '20260305001500']);
  // 13 hours and a quarter of them.
  expect([source.behind?.(0), source.behind?.(last), source.behind?.(last + 300)]).toEqual([159, 1, 0]);
  // Two months later what is older than 60 days is passed over.
  now += 90 * 86_400_000;
  const [old] = after(next[2]?.number ?? 0, 3);
  expect(old?.before).toBe(true);
  expect(old?.number).toBe(Math.ceil((now - 60 * 86_400_000) / 300_000) * 300);
});

test('another period goes on where the one before has ended, without a hole', () => {
  const now = AT + 3_600_000;
  const after = (period_s: number, number: number) =>
    ends(
      cycles(stationFileSettingsSchema.parse({ ...settings, period_s }), () => now).after(
        number,
        2,
      ) as Cycles,
    );
  const sent = AT / 1000 + 60;
  expect(after(300, sent)).toEqual(['20260305132000', '20260305132500']);
  expect(after(60, AT / 1000)).toEqual(['20260305131600', '20260305131700']);
  expect(after(3600, sent)).toEqual(['20260305140000']);
});

test('a first day that is still to come is waited for', () => {
  let now = AT;
  const source = cycles(stationFileSettingsSchema.parse({ ...settings, since: '2026-03-06' }), () => now);
  const [before] = source.after(0, 5) as Cycles;
  expect(before?.before).toBe(true);
  expect(before?.number).toBeLessThanOrEqual(source.newest());
  now += 86_400_000;
  const [first] = source.after(before?.number ?? 0, 5) as Cycles;
  expect(ends(first ? [first] : [])).toEqual(['20260306000000']);
});
