/** Rows: QCVN 08:2023/BTNMT as law sites transcribe it. */
import { describe, expect, test } from 'vitest';
import { isParameter, type ParameterId, parameterOf } from '../parameter.ts';
import { judgeByQcvn08, qcvn08At, type WaterBody, waterBodySchema } from './qcvn-08.ts';
import { QCVN_08 } from './qcvn-08-tables.ts';

const TODAY = '2026-11-22';
const river = (of: 'A' | 'B' | 'C' | 'D'): WaterBody => ({ water: 'river', class: of });
const lake = (of: 'A' | 'B'): WaterBody => ({ water: 'lake', class: of });
const verdict = (body: WaterBody, parameter: ParameterId, value: number, day = TODAY) => {
  const judged = judgeByQcvn08(body, parameter, value, day);
  return judged.kind === 'refused' ? 'refused' : judged.exceeded ? 'exceeded' : 'met';
};

describe('rows', () => {
  test.each([
    ['ph', '6.5 – 8.5', '6 – 8.5', '6 – 8.5', '< 6 hoặc > 8.5'],
    ['bod5', '≤ 4', '≤ 6', '≤ 10', '> 10'],
    ['cod', '≤ 10', '≤ 15', '≤ 20', '> 20'],
    ['toc', '≤ 4', '≤ 6', '≤ 8', '> 8'],
    ['suspended_solids', '≤ 25', '≤ 100', '> 100, không có rác nổi', '> 100, có rác nổi'],
    ['dissolved_oxygen', '≥ 6', '≥ 5', '≥ 4', '≥ 2'],
    ['total_phosphorus', '≤ 0.1', '≤ 0.3', '≤ 0.5', '> 0.5'],
    ['total_nitrogen', '≤ 0.6', '≤ 1.5', '≤ 2', '> 2'],
    ['coliform', '≤ 1000', '≤ 5000', '≤ 7500', '> 7500'],
    ['thermotolerant_coliform', '≤ 200', '≤ 1000', '≤ 1500', '> 1500'],
  ])('table 2 prints %s as %s, %s, %s, %s', (substance, ...cells) => {
    const classes = ['A', 'B', 'C', 'D'] as const;
    const printed = classes.map((of) => qcvn08At(river(of), substance, TODAY)?.printed);
    expect(printed).toEqual(cells);
  });

  test.each([
    ['bod5', '≤ 4', '≤ 6'],
    ['cod', '≤ 10', '≤ 15'],
    ['toc', '≤ 4', '≤ 6'],
    ['suspended_solids', '≤ 5', '≤ 15'],
    ['dissolved_oxygen', '≥ 6', '≥ 5'],
    ['total_phosphorus', '≤ 0.1', '≤ 0.3'],
    ['total_nitrogen', '≤ 0.6', '≤ 1.5'],
    ['chlorophyll', '≤ 14', '≤ 35'],
    ['coliform', '≤ 1000', '≤ 5000'],
    ['thermotolerant_coliform', '≤ 200', '≤ 1000'],
  ])('table 3 prints %s as %s, %s', (substance, ...cells) => {
    const printed = (['A', 'B'] as const).map((of) => qcvn08At(lake(of), substance, TODAY)?.printed);
    expect(printed).toEqual(cells);
  });

  test('table 1 holds for every water body and class', () => {
    const milligrams =
      'nitrite 0.05; ammonium 0.3; chloride 250; fluoride 1; cyanide 0.01; arsenic 0.01; cadmium 0.005; lead 0.02; ' +
      'chromium_6 0.01; chromium 0.05; copper 0.1; zinc 0.5; nickel 0.1; manganese 0.1; mercury 0.001; iron 0.5; ' +
      'antimony 0.02; anionic_surfactants 0.1; phenol 0.005; oil_and_grease 5; pcb 0.0005; tetrachloroethylene 0.04; ' +
      'dioxane 0.05; carbon_tetrachloride 0.004; dichloroethane 0.03; methylene_chloride 0.02; benzene 0.01; ' +
      'chloroform 0.08; formaldehyde 0.5; dehp 0.008';
    const micrograms =
      'aldrin 0.1; lindane 0.02; dieldrin 0.1; ddt 1; heptachlor 0.2; hexachlorobenzene 0.04';
    const all = QCVN_08.filter(({ water }) => water === 'all');
    const printed = (unit: string) =>
      all.filter((row) => row.unit === unit).map(({ substance, most }) => `${substance} ${most}`);
    expect(printed('mg/l').join('; ')).toBe(milligrams);
    expect(printed('ug/l').join('; ')).toBe(micrograms);
    expect(all).toHaveLength(36);
    for (const body of [river('A'), river('D'), lake('B')]) {
      expect(qcvn08At(body, 'ammonium', TODAY)?.most).toBe(0.3);
    }
  });

  test('every row names its clause and its day, is there once, and what was seen in no source is marked', () => {
    const keys = QCVN_08.map((row) => `${row.substance} ${row.water} ${row.class} ${row.from}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const row of QCVN_08) {
      const ofClass = row.class === 'all' ? '' : `, class ${row.class}`;
      expect(row.clause.en).toMatch(new RegExp(`^QCVN 08:2023/BTNMT, table [123]${ofClass}$`));
      expect(row.clause.vi).toBe(row.clause.en.replace('table', 'bảng').replace('class', 'mức'));
      expect([row.from, row.until]).toEqual(['2023-09-12', null]);
    }
    const recalled = QCVN_08.filter(({ mark }) => mark !== 'verified');
    expect(recalled.map((row) => [row.substance, row.water, row.class])).toEqual([
      ['chlorophyll', 'lake', 'B'],
    ]);
    expect(QCVN_08.some((row) => row.water === 'lake' && /[CD]/.test(row.class))).toBe(false);
  });

  test('what we measure has the unit of our parameter', () => {
    const ours = QCVN_08.filter(({ substance }) => isParameter(substance));
    expect(new Set(ours.map(({ substance }) => substance))).toEqual(
      new Set(['ph', 'dissolved_oxygen', 'cod', 'ammonium', 'chlorophyll']),
    );
    for (const row of ours) expect(row.unit).toBe(parameterOf(row.substance as ParameterId).unit);
  });
});

describe('a value against the class of its water body', () => {
  test.each([
    [river('A'), 'ph', 6.5, 'met'],
    [river('A'), 'ph', 6.4, 'exceeded'],
    [river('B'), 'ph', 6.4, 'met'],
    [river('B'), 'ph', 8.6, 'exceeded'],
    [river('D'), 'ph', 8.6, 'met'],
    [river('B'), 'dissolved_oxygen', 5, 'met'],
    [river('B'), 'dissolved_oxygen', 4.99, 'exceeded'],
    [river('D'), 'dissolved_oxygen', 1.9, 'exceeded'],
    [river('C'), 'cod', 20, 'met'],
    [river('C'), 'cod', 20.000000000000004, 'met'],
    [river('C'), 'dissolved_oxygen', 3.9999999999999996, 'met'],
    [river('C'), 'cod', 20.1, 'exceeded'],
    [river('D'), 'cod', 900, 'met'],
    [river('D'), 'ammonium', 0.31, 'exceeded'],
    [lake('A'), 'ammonium', 0.3, 'met'],
    [lake('A'), 'chlorophyll', 14.1, 'exceeded'],
    [lake('B'), 'chlorophyll', 14.1, 'met'],
  ] as const)('%o %s %d is %s', (body, parameter, value, expected) => {
    expect(verdict(body, parameter, value)).toBe(expected);
  });

  test('the answer carries the row it was judged by', () => {
    expect(judgeByQcvn08(river('B'), 'dissolved_oxygen', 3, TODAY)).toMatchObject({
      kind: 'judged',
      exceeded: true,
      limit: {
        clause: { en: 'QCVN 08:2023/BTNMT, table 2, class B' },
        class: 'B',
        least: 5,
        averaging: 'none stated',
      },
    });
  });

  test.each(['turbidity', 'conductivity', 'salinity'] as const)('%s has no limit in it', (parameter) => {
    const judged = judgeByQcvn08(river('A'), parameter, 1000, TODAY);
    expect(judged).toEqual({ kind: 'refused', reason: expect.stringContaining(`no row for ${parameter}`) });
  });

  test('chlorophyll in a river and pH in a lake have no row', () => {
    expect(verdict(river('A'), 'chlorophyll', 100)).toBe('refused');
    expect(verdict(lake('A'), 'ph', 3)).toBe('refused');
  });

  test('before it was in force it judges nothing', () => {
    expect(verdict(river('A'), 'cod', 900, '2023-09-11')).toBe('refused');
    expect(verdict(river('A'), 'cod', 900, '2023-09-12')).toBe('exceeded');
  });
});

describe('the class of a water body', () => {
  const fault = (body: unknown) => waterBodySchema.safeParse(body).error?.issues[0];

  test('that its table lacks is refused by name', () => {
    expect(fault({ water: 'river', class: 'E' })).toMatchObject({
      path: ['class'],
      message:
        'QCVN 08:2023/BTNMT, table 2 (rivers, streams, canals) has no class "E" here: it has A, B, C, D',
    });
    expect(fault({ water: 'lake', class: 'C' })?.message).toBe(
      'QCVN 08:2023/BTNMT, table 3 (lakes, ponds) has no class "C" here, since no source of its values was seen: it has A, B',
    );
  });

  test('is never assumed', () => {
    expect(fault({ water: 'river' })?.path).toEqual(['class']);
    expect(fault({ class: 'A' })?.path).toEqual(['water']);
    expect(waterBodySchema.parse({ water: 'lake', class: 'B' })).toEqual(lake('B'));
  });
});
