/** The tests' defaults over the measured series that ship with the product: what they find, and what they blame wrongly. */
import { expect, test } from 'vitest';
import { PARAMETER_IDS, type ParameterId, parameterOf } from '../parameter.ts';
import { FLAG, type Judged, judgeGrossRange } from '../quality.ts';
import type { Recording } from '../simulator/recording.ts';
import { openRecordings } from '../simulator/recordings.ts';
import { createJudge } from './judge.ts';

const recordings = openRecordings();

interface Row {
  readonly judged: Judged;
  /** What the publisher says of the value: 0 passed, -3 rejected. Series without flags are taken as passed. */
  readonly published: number;
}

function judgeColumn(id: string, column: string, parameter: ParameterId, faster = 1): Row[] {
  const { times, columns }: Recording = recordings(id);
  const values = columns.get(column);
  if (!values) throw new Error(`${id} has no ${column}`);
  const judge = createJudge(parameter);
  return [...values].flatMap((value, index) => {
    if (Number.isNaN(value)) return [];
    const judged = judge(judgeGrossRange(parameter, value), (times[index] ?? 0) / faster);
    return [{ judged, published: columns.get(`${column}_flag`)?.[index] ?? 0 }];
  });
}

const blamed = (rows: readonly Row[]): Row[] => rows.filter(({ judged }) => judged.flag !== FLAG.good);

const WEATHER = {
  air_temperature: 'air_temperature',
  relative_humidity: 'relative_humidity',
  pressure: 'pressure',
  wind_speed: 'wind_speed',
  wind_gust: 'wind_speed_max',
  wind_direction: 'wind_direction',
} as const;
const WATER = {
  water_temperature: 'water_temperature',
  dissolved_oxygen: 'dissolved_oxygen',
  dissolved_oxygen_saturation: 'dissolved_oxygen_saturation',
  ph: 'ph',
  turbidity: 'turbidity',
  conductivity: 'specific_conductance',
  specific_conductance: 'specific_conductance',
  salinity: 'salinity',
  water_level: 'depth',
} as const;
const AIR = ['pm2_5', 'pm10', 'so2', 'no2', 'co', 'o3'] as const;

const entriesOf = <K extends string, V>(record: Readonly<Record<K, V>>) => Object.entries(record) as [K, V][];

test.each<[string, string, ParameterId, number]>([
  ...entriesOf(WEATHER).map(([parameter, column]): [string, string, ParameterId, number] => [
    'weather-apalachicola',
    column,
    parameter,
    1,
  ]),
  ...entriesOf(WATER).map(([parameter, column]): [string, string, ParameterId, number] => [
    'water-apalachicola',
    column,
    parameter,
    1,
  ]),
  ...AIR.map((one): [string, string, ParameterId, number] => ['air-beijing', one, one, 1]),
  // By the hour no step is told. As if its rows were 15 minutes apart they are, and steeper than they were.
  ...AIR.map((one): [string, string, ParameterId, number] => ['air-beijing', one, one, 4]),
  ['air-hanoi', 'pm2_5', 'pm2_5', 4],
  ['air-beijing', 'relative_humidity_computed', 'relative_humidity', 1],
  ['air-beijing', 'air_temperature', 'air_temperature', 1],
  ['air-beijing', 'wind_speed', 'wind_speed', 1],
  ['air-beijing', 'pressure', 'pressure', 1],
])(
  'of %s %s what its publisher passed is blamed at most once in a thousand',
  (id, column, parameter, faster) => {
    const passed = judgeColumn(id, column, parameter, faster).filter(({ published }) => published === 0);
    expect(passed.length).toBeGreaterThan(1400);
    expect(blamed(passed).length / passed.length).toBeLessThan(0.001);
  },
);

test('every parameter that has tests is tried on a recording, but for three that no recording has', () => {
  const tried: ReadonlySet<string> = new Set([...Object.keys(WEATHER), ...Object.keys(WATER), ...AIR]);
  const tested = PARAMETER_IDS.filter((id) => Object.keys(parameterOf(id).tests).length > 0);
  expect(tested.filter((id) => !tried.has(id))).toEqual(['pm1', 'solar_radiation', 'illuminance']);
});

test('the anemometer that stood at 0 for eleven days is found after half a day, and the repaired one not blamed', () => {
  const rows = judgeColumn('weather-apalachicola', 'wind_speed', 'wind_speed');
  const rejected = rows.filter(({ published }) => published === -3);
  // 1094 rows are rejected; 3 of them have no value and one is the first of the repaired instrument.
  expect(rejected.length).toBe(1091);
  expect(blamed(rejected).length).toBe(1042);
  expect(rejected.slice(0, 48).every(({ judged }) => judged.flag === FLAG.good)).toBe(true);
  expect(rejected.slice(48, -1).every(({ judged }) => judged.flag !== FLAG.good)).toBe(true);
  expect(rejected.at(-2)?.judged).toMatchObject({
    value: 0,
    flag: FLAG.fail,
    reason: 'flat: no change for 48 h',
  });
  expect(rejected.at(-1)?.judged).toMatchObject({ value: 0.9, flag: FLAG.good });
  expect(blamed(rows.filter(({ published }) => published === 0))).toEqual([]);
});

test('the vane beside it, stuck between 356 and 4 degrees, is found after a day', () => {
  const rows = judgeColumn('weather-apalachicola', 'wind_direction', 'wind_direction');
  expect(blamed(rows.filter(({ published }) => published === -3)).length).toBe(994);
});

test('rejected peaks of turbidity are found, and none of what passed is blamed for them', () => {
  const rows = judgeColumn('water-apalachicola', 'turbidity', 'turbidity');
  const found = blamed(rows);
  expect(found.length).toBe(29);
  expect(found.every(({ published }) => published === -3)).toBe(true);
});
