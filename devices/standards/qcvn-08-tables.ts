/**
 * QCVN 08:2023/BTNMT, surface water, as transcriptions on law sites have it (docs/methods.md). Each row says its clause, since
 * when it holds, and how sure the transcription is. The tables as we have them state no averaging time: a value is
 * compared as one sample.
 */
import type { Text } from '../word.ts';

/** `river`: rivers, streams, canals (table 2); `lake`: lakes and ponds (table 3). */
export type WaterKind = 'river' | 'lake';
export type WaterClass = 'A' | 'B' | 'C' | 'D';

/** What we have a parameter for is spelled like it; the rest stands here for laboratory values. */
export interface SurfaceWaterLimit {
  readonly substance: string;
  readonly name: Text;
  readonly unit: 'pH' | 'mg/l' | 'ug/l' | '1/100ml';
  readonly clause: Text;
  /** First and last Vietnamese day, `2023-09-12`; null: until it is replaced. */
  readonly from: string;
  readonly until: string | null;
  /** `all` surface water, or one kind. */
  readonly water: WaterKind | 'all';
  readonly class: WaterClass | 'all';
  /** Lowest and highest value that meets it. Both null: the cell describes the class and sets no bound. */
  readonly least: number | null;
  readonly most: number | null;
  /** The cell of the table, in Vietnamese. */
  readonly printed: string;
  readonly averaging: 'none stated';
  /** `recalled`: from general knowledge, seen in no source. */
  readonly mark: 'verified' | 'recalled';
}

export const STANDARD = 'QCVN 08:2023/BTNMT';
const IN_FORCE = '2023-09-12';

type Cell = Pick<SurfaceWaterLimit, 'least' | 'most' | 'printed' | 'mark'>;
const most = (value: number, mark: Cell['mark'] = 'verified'): Cell => ({
  least: null,
  most: value,
  printed: `≤ ${value}`,
  mark,
});
const least = (value: number): Cell => ({
  least: value,
  most: null,
  printed: `≥ ${value}`,
  mark: 'verified',
});
const between = (low: number, high: number): Cell => ({
  least: low,
  most: high,
  printed: `${low} – ${high}`,
  mark: 'verified',
});
const open = (printed: string): Cell => ({ least: null, most: null, printed, mark: 'verified' });

type Substance = readonly [id: string, unit: SurfaceWaterLimit['unit'], vi: string, en: string];

/** Table 1: what harms people's health, in all surface water. Highest value. */
const TABLE_1: readonly (readonly [...Substance, highest: number])[] = [
  ['nitrite', 'mg/l', 'Nitrit (theo N)', 'Nitrite (as N)', 0.05],
  ['ammonium', 'mg/l', 'Amoni (theo N)', 'Ammonium (as N)', 0.3],
  ['chloride', 'mg/l', 'Chloride', 'Chloride', 250],
  ['fluoride', 'mg/l', 'Fluoride', 'Fluoride', 1],
  ['cyanide', 'mg/l', 'Cyanide', 'Cyanide', 0.01],
  ['arsenic', 'mg/l', 'Arsenic (As)', 'Arsenic', 0.01],
  ['cadmium', 'mg/l', 'Cadmi (Cd)', 'Cadmium', 0.005],
  ['lead', 'mg/l', 'Chì (Pb)', 'Lead', 0.02],
  ['chromium_6', 'mg/l', 'Chromi (6+)', 'Chromium (VI)', 0.01],
  ['chromium', 'mg/l', 'Tổng Chromi', 'Total chromium', 0.05],
  ['copper', 'mg/l', 'Đồng (Cu)', 'Copper', 0.1],
  ['zinc', 'mg/l', 'Kẽm (Zn)', 'Zinc', 0.5],
  ['nickel', 'mg/l', 'Nickel (Ni)', 'Nickel', 0.1],
  ['manganese', 'mg/l', 'Mangan (Mn)', 'Manganese', 0.1],
  ['mercury', 'mg/l', 'Thủy ngân (Hg)', 'Mercury', 0.001],
  ['iron', 'mg/l', 'Sắt (Fe)', 'Iron', 0.5],
  ['antimony', 'mg/l', 'Antimon (Sb)', 'Antimony', 0.02],
  ['anionic_surfactants', 'mg/l', 'Chất hoạt động bề mặt anion', 'Anionic surfactants', 0.1],
  ['phenol', 'mg/l', 'Tổng Phenol', 'Total phenol', 0.005],
  ['oil_and_grease', 'mg/l', 'Tổng dầu, mỡ', 'Total oil and grease', 5],
  ['aldrin', 'ug/l', 'Aldrin', 'Aldrin', 0.1],
  ['lindane', 'ug/l', 'Lindane', 'Lindane', 0.02],
  ['dieldrin', 'ug/l', 'Dieldrin', 'Dieldrin', 0.1],
  ['ddt', 'ug/l', 'Tổng DDT', 'Total DDT', 1],
  ['heptachlor', 'ug/l', 'Heptachlor & Heptachlorepoxide', 'Heptachlor and its epoxide', 0.2],
  ['pcb', 'mg/l', 'PCBs', 'PCBs', 0.0005],
  ['tetrachloroethylene', 'mg/l', 'Tetrachloroethylene (PCE)', 'Tetrachloroethylene (PCE)', 0.04],
  ['dioxane', 'mg/l', '1,4-Dioxane', '1,4-Dioxane', 0.05],
  ['carbon_tetrachloride', 'mg/l', 'Carbon tetrachloride', 'Carbon tetrachloride', 0.004],
  ['dichloroethane', 'mg/l', '1,2-Dichloroethane', '1,2-Dichloroethane', 0.03],
  ['methylene_chloride', 'mg/l', 'Methylene chloride', 'Methylene chloride', 0.02],
  ['benzene', 'mg/l', 'Benzene', 'Benzene', 0.01],
  ['chloroform', 'mg/l', 'Chloroform', 'Chloroform', 0.08],
  ['formaldehyde', 'mg/l', 'Formaldehyde', 'Formaldehyde', 0.5],
  ['dehp', 'mg/l', 'Bis(2-ethylhexyl)phthalate (DEHP)', 'Bis(2-ethylhexyl) phthalate (DEHP)', 0.008],
  ['hexachlorobenzene', 'ug/l', 'Hexachlorobenzene', 'Hexachlorobenzene', 0.04],
];

const PH: Substance = ['ph', 'pH', 'pH', 'pH'];
const BOD5: Substance = ['bod5', 'mg/l', 'BOD₅', 'BOD₅'];
const COD: Substance = ['cod', 'mg/l', 'COD', 'COD'];
const TOC: Substance = ['toc', 'mg/l', 'TOC', 'TOC'];
const TSS: Substance = ['suspended_solids', 'mg/l', 'Tổng chất rắn lơ lửng (TSS)', 'Suspended solids (TSS)'];
const OXYGEN: Substance = ['dissolved_oxygen', 'mg/l', 'Oxy hòa tan (DO)', 'Dissolved oxygen'];
const PHOSPHORUS: Substance = ['total_phosphorus', 'mg/l', 'Tổng Phosphor', 'Total phosphorus'];
const NITROGEN: Substance = ['total_nitrogen', 'mg/l', 'Tổng Nitơ', 'Total nitrogen'];
const CHLOROPHYLL: Substance = ['chlorophyll', 'ug/l', 'Chlorophyll-a', 'Chlorophyll-a'];
const COLIFORM: Substance = ['coliform', '1/100ml', 'Tổng Coliform', 'Total coliform'];
const WARM_COLIFORM: Substance = [
  'thermotolerant_coliform',
  '1/100ml',
  'Coliform chịu nhiệt',
  'Thermotolerant coliform',
];

/** Table 2: rivers, streams, canals; life in the water. Classes A (best) to D. */
const TABLE_2: readonly (readonly [Substance, A: Cell, B: Cell, C: Cell, D: Cell])[] = [
  [PH, between(6.5, 8.5), between(6, 8.5), between(6, 8.5), open('< 6 hoặc > 8.5')],
  [BOD5, most(4), most(6), most(10), open('> 10')],
  [COD, most(10), most(15), most(20), open('> 20')],
  [TOC, most(4), most(6), most(8), open('> 8')],
  [TSS, most(25), most(100), open('> 100, không có rác nổi'), open('> 100, có rác nổi')],
  [OXYGEN, least(6), least(5), least(4), least(2)],
  [PHOSPHORUS, most(0.1), most(0.3), most(0.5), open('> 0.5')],
  [NITROGEN, most(0.6), most(1.5), most(2), open('> 2')],
  [COLIFORM, most(1000), most(5000), most(7500), open('> 7500')],
  [WARM_COLIFORM, most(200), most(1000), most(1500), open('> 1500')],
];

/**
 * Table 3: lakes and ponds. Classes C and D, and a row of pH, were not seen in a source and are left out: who needs them
 * enters them as limits of the station.
 */
const TABLE_3: readonly (readonly [Substance, A: Cell, B: Cell])[] = [
  [BOD5, most(4), most(6)],
  [COD, most(10), most(15)],
  [TOC, most(4), most(6)],
  [TSS, most(5), most(15)],
  [OXYGEN, least(6), least(5)],
  [PHOSPHORUS, most(0.1), most(0.3)],
  [NITROGEN, most(0.6), most(1.5)],
  [CHLOROPHYLL, most(14), most(35, 'recalled')],
  [COLIFORM, most(1000), most(5000)],
  [WARM_COLIFORM, most(200), most(1000)],
];

/** The classes that we have of each kind's table. */
export const WATER_CLASSES = { river: ['A', 'B', 'C', 'D'], lake: ['A', 'B'] } as const;

const limit = (
  [substance, unit, vi, en]: Substance,
  table: 1 | 2 | 3,
  where: Pick<SurfaceWaterLimit, 'water' | 'class'>,
  cell: Cell,
): SurfaceWaterLimit => ({
  substance,
  name: { vi, en },
  unit,
  clause:
    where.class === 'all'
      ? { vi: `${STANDARD}, bảng ${table}`, en: `${STANDARD}, table ${table}` }
      : {
          vi: `${STANDARD}, bảng ${table}, mức ${where.class}`,
          en: `${STANDARD}, table ${table}, class ${where.class}`,
        },
  from: IN_FORCE,
  until: null,
  ...where,
  ...cell,
  averaging: 'none stated',
});

const ofClasses = (
  table: 2 | 3,
  water: WaterKind,
  rows: readonly (readonly [Substance, ...Cell[]])[],
): SurfaceWaterLimit[] =>
  rows.flatMap(([substance, ...cells]) =>
    WATER_CLASSES[water].flatMap((of, index) => {
      const cell = cells[index];
      return cell === undefined ? [] : [limit(substance, table, { water, class: of }, cell)];
    }),
  );

export const QCVN_08: readonly SurfaceWaterLimit[] = [
  ...TABLE_1.map(([id, unit, vi, en, highest]) =>
    limit([id, unit, vi, en], 1, { water: 'all', class: 'all' }, most(highest)),
  ),
  ...ofClasses(2, 'river', TABLE_2),
  ...ofClasses(3, 'lake', TABLE_3),
];
