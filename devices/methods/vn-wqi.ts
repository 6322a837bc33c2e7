/** VN_WQI, the water quality index of Decision 1460/QD-TCMT of 12 November 2019. */
import { z } from 'zod';
import { type Text, textSchema } from '../word.ts';
import {
  type Points,
  WQI_CLASSES,
  WQI_GROUPS,
  WQI_PARAMETERS,
  type WqiClass,
  type WqiGroup,
  type WqiParameter,
  wqiRow,
} from './vn-wqi-tables.ts';

/** What the sources of the decision contradict each other on. Nothing is chosen for the operator. */
export const wqiSettingsSchema = z.strictObject({
  /** How groups IV and V are joined: (3) geometric mean, (5) group IV counts twice. Without group V it changes nothing. */
  aggregation: z.enum(['(3)', '(5)']),
  /** Name of 26 to 50: "Xấu" in some sources, "Kém" in others. */
  class_4: textSchema,
  /** Name of 10 to 25: "Kém" in some sources, "Ô nhiễm nặng" in others. */
  class_5: textSchema,
});
export type WqiSettings = z.infer<typeof wqiSettingsSchema>;

/**
 * One sample: concentrations in the units of the table, oxygen in mg/L. The water's temperature, °C, is there only for the
 * oxygen, which takes no part without it.
 */
export type WqiSample = Partial<Readonly<Record<WqiParameter | 'water_temperature', number>>>;

export interface Wqi {
  /** 0 to 100, a whole number as the decision rounds it. */
  readonly wqi: number;
  readonly unrounded: number;
  readonly category: WqiClass & { readonly name: Text };
  /** The index of each group that took part. */
  readonly groups: Readonly<Partial<Record<WqiGroup, number>>>;
  /** The sub-index of each parameter that took part. */
  readonly parts: Readonly<Partial<Record<WqiParameter, number>>>;
  /** The decision's formula: (4) when there is no group V. */
  readonly formula: '(3)' | '(4)' | '(5)';
  /** Enough groups and parameters for the decision. What is not complete is never shown without its label. */
  readonly complete: boolean;
  readonly label: Text | null;
}

/** The decision's minimum: three groups, and in group IV, which must be there, three parameters. */
const MIN_GROUPS = 3;
const MIN_PARAMETERS_OF_IV = 3;

/** Beyond it the polynomial for saturation is no fit of water any more (at 70 °C it is negative). */
const TEMPERATURE_CEL = { from: 0, to: 45 };

/** Oxygen that fresh water in balance with air holds, mg/L; null for a temperature outside 0 to 45 °C. */
export function oxygenSaturation(temperatureCel: number): number | null {
  const t = temperatureCel;
  if (!(t >= TEMPERATURE_CEL.from && t <= TEMPERATURE_CEL.to)) return null;
  return 14.652 - 0.41022 * t + 0.007991 * t ** 2 - 0.000077774 * t ** 3;
}

/** Sub-index 10 to 100 of one parameter, in the unit of its row: for `dissolved_oxygen` the saturation in %. */
export function wqiSubIndex(parameter: WqiParameter, value: number): number {
  const { points, below } = wqiRow(parameter);
  const next = points.findIndex(([at]) => value <= at);
  if (next === -1) return 10;
  const [to, toIndex] = points[next] as Points[number];
  if (value === to) return toIndex;
  if (next === 0) return below;
  const [from, fromIndex] = points[next - 1] as Points[number];
  return fromIndex + ((toIndex - fromIndex) * (value - from)) / (to - from);
}

/**
 * The index of a sample. Null when it has nothing of group IV, without which the decision has no formula. A sample with too
 * few groups or parameters is worked out all the same, is not `complete`, and its label says so.
 */
export function vnWqi(sample: WqiSample, settings: WqiSettings): Wqi | null {
  const parts: Partial<Record<WqiParameter, number>> = {};
  for (const parameter of WQI_PARAMETERS) {
    const value = parameter === 'dissolved_oxygen' ? oxygenPercent(sample) : sample[parameter];
    if (value !== undefined && Number.isFinite(value)) parts[parameter] = wqiSubIndex(parameter, value);
  }
  const of = (group: WqiGroup) =>
    WQI_PARAMETERS.filter((parameter) => wqiRow(parameter).group === group).flatMap(
      (parameter) => parts[parameter] ?? [],
    );
  const groups: Partial<Record<WqiGroup, number>> = {};
  for (const group of WQI_GROUPS) {
    const indices = of(group);
    if (indices.length === 0) continue;
    groups[group] = group === 'II' || group === 'III' ? geometricMean(indices) : mean(indices);
  }
  if (groups.IV === undefined) return null;

  const formula = groups.V === undefined ? '(4)' : settings.aggregation;
  const factor = ((groups.I ?? 100) / 100) * ((groups.II ?? 100) / 100) * ((groups.III ?? 100) / 100);
  const unrounded = factor * joined(formula, groups.IV, groups.V ?? groups.IV);
  const wqi = Math.round(unrounded);

  const complete = Object.keys(groups).length >= MIN_GROUPS && of('IV').length >= MIN_PARAMETERS_OF_IV;
  const label = complete ? null : labelOf(groups, of('IV').length);
  return { wqi, unrounded, category: categoryOf(wqi, settings), groups, parts, formula, complete, label };
}

function joined(formula: Wqi['formula'], iv: number, v: number): number {
  if (formula === '(3)') return Math.sqrt(iv * v);
  if (formula === '(5)') return Math.cbrt(iv ** 2 * v);
  return iv;
}

function oxygenPercent(sample: WqiSample): number | undefined {
  const { dissolved_oxygen, water_temperature } = sample;
  if (dissolved_oxygen === undefined || water_temperature === undefined) return undefined;
  const saturation = oxygenSaturation(water_temperature);
  return saturation === null ? undefined : (dissolved_oxygen / saturation) * 100;
}

function categoryOf(wqi: number, settings: WqiSettings): Wqi['category'] {
  const found = WQI_CLASSES.find(({ from }) => wqi >= from) as WqiClass;
  return { ...found, name: found.name ?? (found.number === 4 ? settings.class_4 : settings.class_5) };
}

function labelOf(groups: Wqi['groups'], parametersOfIv: number): Text {
  const names = WQI_GROUPS.filter((group) => groups[group] !== undefined).join(', ');
  return {
    vi: `tham khảo (chưa đủ nhóm thông số): nhóm ${names}; nhóm IV có ${parametersOfIv} thông số`,
    en: `for reference (too few parameter groups): groups ${names}; ${parametersOfIv} of group IV`,
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const geometricMean = (values: readonly number[]): number => Math.exp(mean(values.map(Math.log)));
