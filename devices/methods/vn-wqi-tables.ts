/**
 * Tables of VN_WQI, Decision 1460/QD-TCMT of 12 November 2019. The decision's own text was not seen: they are what four
 * independent implementations agree on (docs/methods.md).
 */
import type { Text } from '../word.ts';

export const WQI_GROUPS = ['I', 'II', 'III', 'IV', 'V'] as const;
export type WqiGroup = (typeof WQI_GROUPS)[number];

/** Value and its sub-index, by rising value. */
export type Points = readonly (readonly [value: number, subIndex: number])[];

interface WqiRow {
  readonly group: WqiGroup;
  readonly unit: 'pH' | '%' | 'mg/l' | 'ug/l' | 'MPN/100ml';
  readonly points: Points;
  /** Sub-index below the first point. Beyond the last one it is 10 for every parameter. */
  readonly below: 10 | 100;
}

const row = (group: WqiGroup, unit: WqiRow['unit'], below: WqiRow['below'], points: Points): WqiRow => ({
  group,
  unit,
  points,
  below,
});
const pesticide = (limit: number): WqiRow => row('II', 'ug/l', 100, [[limit, 100]]);
const metal = (...points: Points): WqiRow => row('III', 'mg/l', 100, points);
const organic = (...points: Points): WqiRow => row('IV', 'mg/l', 100, points);
const microbe = (...points: Points): WqiRow => row('V', 'MPN/100ml', 100, points);

/**
 * A row whose first point has 75 steps there from 100, one whose last point has 25 steps there to 10: the decision prints
 * `<` and `>` in those cells. What we have a parameter for is spelled like it.
 */
export const WQI_TABLE = {
  ph: row('I', 'pH', 10, [
    [5.5, 50],
    [6, 100],
    [8.5, 100],
    [9, 50],
  ]),
  aldrin: pesticide(0.1),
  bhc: pesticide(0.02),
  dieldrin: pesticide(0.1),
  ddt: pesticide(1),
  heptachlor: pesticide(0.2),
  arsenic: metal([0.01, 100], [0.02, 75], [0.05, 50], [0.1, 25]),
  cadmium: metal([0.005, 75], [0.008, 50], [0.01, 25], [0.1, 10]),
  lead: metal([0.02, 75], [0.04, 50], [0.05, 25], [0.5, 10]),
  chromium_6: metal([0.01, 100], [0.02, 75], [0.04, 50], [0.05, 25], [0.1, 10]),
  copper: metal([0.1, 100], [0.2, 75], [0.5, 50], [1, 25], [2, 10]),
  zinc: metal([0.5, 100], [1, 75], [1.5, 50], [2, 25], [3, 10]),
  mercury: metal([0.001, 75], [0.0015, 50], [0.002, 25], [0.01, 10]),
  /** Judged by its saturation; a sample has it in mg/L, together with the water's temperature. */
  dissolved_oxygen: row('IV', '%', 10, [
    [20, 25],
    [50, 50],
    [75, 75],
    [88, 100],
    [112, 100],
    [125, 75],
    [150, 50],
    [200, 25],
  ]),
  bod5: organic([4, 100], [6, 75], [15, 50], [25, 25], [50, 10]),
  cod: organic([10, 100], [15, 75], [30, 50], [50, 25], [150, 10]),
  toc: organic([4, 100], [6, 75], [15, 50], [25, 25], [50, 10]),
  /** As N. */
  ammonium: organic([0.3, 75], [0.6, 50], [0.9, 25], [5, 10]),
  /** As N. */
  nitrate: organic([2, 100], [5, 75], [10, 50], [15, 25]),
  /** As N. */
  nitrite: organic([0.05, 100]),
  /** As P. */
  phosphate: organic([0.1, 100], [0.2, 75], [0.3, 50], [0.5, 25], [4, 10]),
  coliform: microbe([2500, 100], [5000, 75], [7500, 50], [10_000, 25]),
  e_coli: microbe([20, 100], [50, 75], [100, 50], [200, 25]),
} satisfies Record<string, WqiRow>;

export type WqiParameter = keyof typeof WQI_TABLE;

export const WQI_PARAMETERS = Object.keys(WQI_TABLE) as WqiParameter[];

/** The row as the general type: `WQI_TABLE.x` alone has the narrow type of that one row. */
export const wqiRow = (parameter: WqiParameter): WqiRow => WQI_TABLE[parameter];

export interface WqiClass {
  /** 1 the best to 6 the worst. */
  readonly number: number;
  /** Least WQI of the class, a whole number. */
  readonly from: number;
  /** Null for classes 4 and 5: the sources swap their names, so that a setting gives them. */
  readonly name: Text | null;
  readonly colour: string;
  /** What the water is good for, in our words. */
  readonly use: Text;
}

/** From the best to the worst. The English names are ours. */
export const WQI_CLASSES: readonly WqiClass[] = [
  {
    number: 1,
    from: 91,
    name: { vi: 'Rất tốt', en: 'Very good' },
    colour: '#3333ff',
    use: { vi: 'Dùng tốt cho cấp nước sinh hoạt', en: 'Domestic supply' },
  },
  {
    number: 2,
    from: 76,
    name: { vi: 'Tốt', en: 'Good' },
    colour: '#00e400',
    use: {
      vi: 'Dùng cho cấp nước sinh hoạt sau khi xử lý phù hợp',
      en: 'Domestic supply after suitable treatment',
    },
  },
  {
    number: 3,
    from: 51,
    name: { vi: 'Trung bình', en: 'Fair' },
    colour: '#ffff00',
    use: { vi: 'Dùng cho tưới tiêu và mục đích tương đương', en: 'Irrigation and similar uses' },
  },
  {
    number: 4,
    from: 26,
    name: null,
    colour: '#ff7e00',
    use: { vi: 'Dùng cho giao thông thủy và mục đích tương đương', en: 'Navigation and similar uses' },
  },
  {
    number: 5,
    from: 10,
    name: null,
    colour: '#ff0000',
    use: { vi: 'Nước ô nhiễm nặng, cần xử lý', en: 'Heavily polluted, needs treatment' },
  },
  {
    number: 6,
    from: 0,
    name: { vi: 'Ô nhiễm rất nặng', en: 'Very heavily polluted' },
    colour: '#7e0023',
    use: { vi: 'Nước nhiễm độc, cần khắc phục, xử lý', en: 'Toxic, needs remediation' },
  },
];
