/**
 * Tables: Decision 1460/QD-TCMT as four public implementations have it. V1 and V2 are test cases of
 * github.com/tranxuanthuy/vnwqi (published results 20 and 34); the other figures were computed from the formulas.
 */
import { describe, expect, test } from 'vitest';
import {
  oxygenSaturation,
  vnWqi,
  type WqiSample,
  type WqiSettings,
  wqiSettingsSchema,
  wqiSubIndex,
} from './vn-wqi.ts';
import { WQI_CLASSES, type WqiParameter } from './vn-wqi-tables.ts';

const settings = (aggregation: WqiSettings['aggregation'] = '(3)'): WqiSettings =>
  wqiSettingsSchema.parse({
    aggregation,
    class_4: { vi: 'Xấu', en: 'Bad' },
    class_5: { vi: 'Kém', en: 'Poor' },
  });

const V1: WqiSample = {
  ...{ ph: 8.88, aldrin: 0.021, bhc: 0.048, dieldrin: 0.047, ddt: 0.052 },
  ...{ arsenic: 0.021, cadmium: 0.004, lead: 0.009, chromium_6: 0.007, copper: 0.001, zinc: 0.074 },
  ...{ mercury: 0.002, dissolved_oxygen: 7.095, water_temperature: 25, bod5: 8.28, cod: 23.253 },
  ...{ toc: 17.855, ammonium: 0.163, nitrate: 0.93, nitrite: 0.18, phosphate: 0, coliform: 1300, e_coli: 92 },
};
const V2: WqiSample = {
  ...{ ph: 8.3, aldrin: 0.022, bhc: 0.021, dieldrin: 0.019, ddt: 0.019 },
  ...{ arsenic: 0.021, cadmium: 0.006, lead: 0.009, chromium_6: 0.008, copper: 0.001, zinc: 0.019 },
  ...{ mercury: 0.002, dissolved_oxygen: 6.913, water_temperature: 25, bod5: 8.3, cod: 20.133 },
  ...{ toc: 16.598, ammonium: 0.53, nitrate: 0.88, nitrite: 0.2, phosphate: 0, coliform: 1100, e_coli: 24 },
};
const V3: WqiSample = {
  ...{ ph: 7.2, dissolved_oxygen: 6.4, water_temperature: 28, cod: 18, bod5: 9 },
  ...{ ammonium: 0.45, nitrate: 3.1, phosphate: 0.15 },
};
const V4: WqiSample = { ...V3, coliform: 4200, e_coli: 60 };

describe('sub-indices', () => {
  test.each([
    ['bod5', '<=4 6 15 25 >=50'],
    ['cod', '<=10 15 30 50 >=150'],
    ['toc', '<=4 6 15 25 >=50'],
    ['ammonium', '<0.3 0.3 0.6 0.9 >=5'],
    ['nitrate', '<=2 5 10 15 >15'],
    ['phosphate', '<=0.1 0.2 0.3 0.5 >=4'],
    ['arsenic', '<=0.01 0.02 0.05 0.1 >0.1'],
    ['cadmium', '<0.005 0.005 0.008 0.01 >=0.1'],
    ['lead', '<0.02 0.02 0.04 0.05 >=0.5'],
    ['chromium_6', '<=0.01 0.02 0.04 0.05 >=0.1'],
    ['copper', '<=0.1 0.2 0.5 1.0 >=2'],
    ['zinc', '<=0.5 1.0 1.5 2.0 >=3'],
    ['mercury', '<0.001 0.001 0.0015 0.002 >=0.01'],
    ['coliform', '<=2500 5000 7500 10000 >10000'],
    ['e_coli', '<=20 50 100 200 >200'],
  ] as const)('%s is at its printed breakpoints what the column says', (parameter, printed) => {
    const columns = [100, 75, 50, 25, 10];
    for (const [index, cell] of printed.split(' ').entries()) {
      const [, sign = '', digits] = /^([<>]?=?)([\d.]+)$/.exec(cell) ?? [];
      const at = Number(digits);
      const value = sign === '<' ? at * 0.999 : sign === '>' ? at * 1.001 : at;
      expect(wqiSubIndex(parameter, value), cell).toBe(columns[index]);
      if (sign === '<=') expect(wqiSubIndex(parameter, at * 1.001), cell).toBeLessThan(100);
      if (sign === '>=') expect(wqiSubIndex(parameter, at * 0.999), cell).toBeGreaterThan(10);
    }
    expect(wqiSubIndex(parameter, 0)).toBe(100);
    expect(wqiSubIndex(parameter, 1e9)).toBe(10);
  });

  test.each([
    ['bod5', '4 -> 100; 5 -> 87.5; 10 -> 63.889; 20 -> 37.5; 40 -> 16; 50 -> 10'],
    ['cod', '10 -> 100; 12 -> 90; 20 -> 66.667; 40 -> 37.5; 100 -> 17.5; 150 -> 10'],
    ['ammonium', '0.29 -> 100; 0.3 -> 75; 0.45 -> 62.5; 0.75 -> 37.5; 2 -> 20.976; 5 -> 10'],
    ['nitrate', '2 -> 100; 3 -> 91.667; 7 -> 65; 12 -> 40; 15 -> 25; 16 -> 10'],
    ['phosphate', '0.1 -> 100; 0.15 -> 87.5; 0.25 -> 62.5; 0.4 -> 37.5; 2 -> 18.571; 4 -> 10'],
    ['coliform', '2500 -> 100; 4200 -> 83; 6000 -> 65; 9000 -> 35; 10000 -> 25; 10001 -> 10'],
    ['e_coli', '20 -> 100; 35 -> 87.5; 75 -> 62.5; 150 -> 37.5; 200 -> 25; 201 -> 10'],
    ['nitrite', '0.05 -> 100; 0.051 -> 10'],
    ['aldrin', '0.1 -> 100; 0.11 -> 10'],
    ['bhc', '0.02 -> 100; 0.021 -> 10'],
    ['dieldrin', '0.1 -> 100; 0.11 -> 10'],
    ['ddt', '1 -> 100; 1.01 -> 10'],
    ['heptachlor', '0.2 -> 100; 0.21 -> 10'],
    [
      'ph',
      '5.4 -> 10; 5.5 -> 50; 5.75 -> 75; 6 -> 100; 8.5 -> 100; 8.75 -> 75; 8.88 -> 62; 9 -> 50; 9.1 -> 10',
    ],
    [
      'dissolved_oxygen',
      '19.9 -> 10; 20 -> 25; 35 -> 37.5; 50 -> 50; 60 -> 60; 75 -> 75; 80 -> 84.615; 88 -> 100',
    ],
    [
      'dissolved_oxygen',
      '112 -> 100; 120 -> 84.615; 125 -> 75; 150 -> 50; 175 -> 37.5; 200 -> 25; 200.1 -> 10',
    ],
  ] as const)('%s: %s', (parameter, vectors) => {
    for (const vector of vectors.split('; ')) {
      const [value, index] = vector.split(' -> ').map(Number);
      expect(wqiSubIndex(parameter, value as number), vector).toBeCloseTo(index as number, 3);
    }
  });

  test.each([
    [0, 14.652],
    [10, 11.2711],
    [15, 10.0342],
    [20, 9.0218],
    [25, 8.1757],
    [28, 7.7235],
    [30, 7.4374],
    [35, 6.7487],
  ])('water of %d °C holds %d mg/L of oxygen', (temperature, saturation) => {
    expect(oxygenSaturation(temperature)).toBeCloseTo(saturation, 4);
  });

  test('a temperature that no river has gives no saturation', () => {
    expect([-0.1, 45.1, 70, Number.NaN].map(oxygenSaturation)).toEqual([null, null, null, null]);
  });
});

describe('whole samples', () => {
  test.each([
    ['V1', V1, '(3)', 20.484, 20],
    ['V1', V1, '(5)', 20.282, 20],
    ['V2', V2, '(3)', 33.994, 34],
    ['V2', V2, '(5)', 31.931, 32],
    ['V3', V3, '(3)', 77.937, 78],
    ['V4', V4, '(3)', 77.215, 77],
    ['V4', V4, '(5)', 77.455, 77],
  ] as const)('%s by formula %s', (_id, sample, aggregation, unrounded, rounded) => {
    const result = vnWqi(sample, settings(aggregation));
    expect(result?.unrounded).toBeCloseTo(unrounded, 3);
    expect(result?.wqi).toBe(rounded);
  });

  test.each([
    ['V1', V1, { I: 62, II: 56.2341, III: 78.6049, IV: 72.554, V: 77 }],
    ['V2', V2, { I: 100, II: 56.2341, III: 74.1812, IV: 67.5339, V: 98.3333 }],
    ['V3', V3, { I: 100, IV: 77.9372 }],
    ['V4', V4, { I: 100, IV: 77.9372, V: 76.5 }],
  ] as const)('%s has the group indices of its vector', (_id, sample, groups) => {
    const result = vnWqi(sample, settings());
    expect(Object.keys(result?.groups ?? {})).toEqual(Object.keys(groups));
    for (const [group, index] of Object.entries(groups)) {
      expect(result?.groups[group as keyof typeof groups], group).toBeCloseTo(index, 4);
    }
  });

  test('V3 says what each parameter gave, and that formula (4) joined them', () => {
    const result = vnWqi(V3, settings('(5)'));
    expect(result?.formula).toBe('(4)');
    const parts = {
      ph: 100,
      dissolved_oxygen: 90.123,
      cod: 70,
      bod5: 66.667,
      ammonium: 62.5,
      nitrate: 90.833,
      phosphate: 87.5,
    };
    expect(Object.keys(result?.parts ?? {}).sort()).toEqual(Object.keys(parts).sort());
    for (const [parameter, index] of Object.entries(parts)) {
      expect(result?.parts[parameter as WqiParameter], parameter).toBeCloseTo(index, 3);
    }
  });
});

describe('too little for the decision', () => {
  test('three groups with three parameters of group IV are complete and carry no label', () => {
    for (const sample of [V1, V2, V4]) {
      expect(vnWqi(sample, settings())).toMatchObject({ complete: true, label: null });
    }
  });

  test('a sensor station of groups I and IV is worked out and labelled with its groups', () => {
    expect(vnWqi(V3, settings())).toMatchObject({
      complete: false,
      label: {
        vi: 'tham khảo (chưa đủ nhóm thông số): nhóm I, IV; nhóm IV có 6 thông số',
        en: 'for reference (too few parameter groups): groups I, IV; 6 of group IV',
      },
    });
  });

  test('three groups with two parameters of group IV are not complete', () => {
    const result = vnWqi({ ph: 7, cod: 18, ammonium: 0.2, coliform: 4200 }, settings());
    expect(result?.complete).toBe(false);
    expect(result?.label?.vi).toContain('nhóm I, IV, V; nhóm IV có 2 thông số');
  });

  test('without group IV there is no index', () => {
    expect(vnWqi({ ph: 7, coliform: 4200, arsenic: 0.01 }, settings())).toBeNull();
  });

  test('what is no number, and oxygen without a temperature, takes no part, and a temperature alone is no parameter', () => {
    const { water_temperature: _, ...untempered } = V3;
    expect(vnWqi(untempered, settings())?.parts).not.toHaveProperty('dissolved_oxygen');
    expect(vnWqi({ ph: 7, water_temperature: 25 }, settings())).toBeNull();
    expect(vnWqi({ ...V3, cod: Number.NaN }, settings())?.parts).not.toHaveProperty('cod');
    expect(vnWqi({ ...V3, water_temperature: 70 }, settings())?.parts).not.toHaveProperty('dissolved_oxygen');
  });
});

describe('classes', () => {
  test.each([
    [100, 1, 'Rất tốt', '#3333ff'],
    [91, 1, 'Rất tốt', '#3333ff'],
    [90, 2, 'Tốt', '#00e400'],
    [76, 2, 'Tốt', '#00e400'],
    [75, 3, 'Trung bình', '#ffff00'],
    [51, 3, 'Trung bình', '#ffff00'],
    [50, 4, null, '#ff7e00'],
    [26, 4, null, '#ff7e00'],
    [25, 5, null, '#ff0000'],
    [10, 5, null, '#ff0000'],
    [9, 6, 'Ô nhiễm rất nặng', '#7e0023'],
  ])('%d is of class %d', (wqi, number, vi, colour) => {
    const found = WQI_CLASSES.find(({ from }) => wqi >= from);
    expect(found).toMatchObject({ number, colour });
    expect(found?.name?.vi ?? null).toBe(vi);
  });

  test('classes 4 and 5 are named by the settings', () => {
    const named = {
      ...settings(),
      class_4: { vi: 'Kém', en: 'Poor' },
      class_5: { vi: 'Ô nhiễm nặng', en: 'Foul' },
    };
    expect(vnWqi(V2, settings())?.category).toMatchObject({ number: 4, name: { vi: 'Xấu' } });
    expect(vnWqi(V2, named)?.category).toMatchObject({ number: 4, name: { vi: 'Kém' } });
    expect(vnWqi(V1, settings())?.category).toMatchObject({ number: 5, name: { vi: 'Kém' } });
    expect(vnWqi(V1, named)?.category).toMatchObject({ number: 5, name: { vi: 'Ô nhiễm nặng' } });
  });

  test('nothing that the sources leave open is chosen for the operator', () => {
    const faults = wqiSettingsSchema.safeParse({}).error?.issues.map(({ path }) => path.join('.'));
    expect(faults).toEqual(['aggregation', 'class_4', 'class_5']);
    expect(wqiSettingsSchema.safeParse({ ...settings(), aggregation: '(4)' }).success).toBe(false);
  });
});
