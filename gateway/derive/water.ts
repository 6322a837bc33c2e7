/** Water stations: VN_WQI of the hour from hourly means, with the groups that took part. */
import { HOUR_MS } from '../../devices/local-time.ts';
import { vnWqi, type WqiSample, type WqiSettings } from '../../devices/methods/vn-wqi.ts';
import { WQI_PARAMETERS } from '../../devices/methods/vn-wqi-tables.ts';
import { isParameter, type ParameterId } from '../../devices/parameter.ts';
import type { DerivationInput } from '../../devices/wire/api.ts';
import { type DerivedValue, published, short, withheld } from './derived-value.ts';
import { meanOfStep, samplesByStep } from './samples.ts';
import type { Kind } from './sources.ts';

/** The parameters of the index that instruments measure, spelled as there, and the temperature for the oxygen. */
const INPUTS = [
  ...WQI_PARAMETERS.filter((name: string): name is ParameterId => isParameter(name)),
  'water_temperature',
] as ParameterId[];

/**
 * Without settings. How groups IV and V are joined makes no difference: no instrument measures group V. The two classes
 * whose names the sources swap are told by their number.
 */
const UNSET: WqiSettings = {
  aggregation: '(3)',
  class_4: { vi: 'Mức 4', en: 'Class 4' },
  class_5: { vi: 'Mức 5', en: 'Class 5' },
};

export const wqiSettings = (settings: WqiSettings | undefined): WqiSettings => settings ?? UNSET;

export const water: Kind = {
  stepMs: HOUR_MS,
  inputs: INPUTS,
  async derive({ store, settings, periodsOf }, station, { from, to }) {
    const present = INPUTS.filter((parameter) => station.parameterIds.has(parameter));
    // A level gauge is no quality station: nothing would ever be published there.
    if (present.every((parameter) => parameter === 'water_temperature')) return { values: [] };
    const spans = periodsOf(station.id);
    const hours = new Map<number, DerivationInput[]>();
    for (const parameter of present) {
      const series = { station: station.id, parameter };
      const stretch = { from, to, stepMs: HOUR_MS };
      const steps = await samplesByStep(store, series, spans.get(parameter) ?? [], stretch);
      for (const [start, sampled] of steps) {
        const mean = meanOfStep(sampled, settings.completeness);
        const inputs = hours.get(start) ?? [];
        hours.set(start, inputs);
        inputs.push({
          parameter,
          from: start,
          at: start + HOUR_MS,
          value: mean === null ? null : short(mean),
          have: sampled.have,
          of: sampled.of,
        });
      }
    }
    const values = Array.from(hours, ([start, inputs]) =>
      indexOf(station.id, start + HOUR_MS, inputs, wqiSettings(settings.vn_wqi)),
    );
    return { values };
  },
};

function indexOf(
  station: string,
  end: number,
  inputs: DerivationInput[],
  settings: WqiSettings,
): DerivedValue {
  const sample: WqiSample = Object.fromEntries(
    inputs.flatMap(({ parameter, value }) => (value === null ? [] : [[parameter, value]])),
  );
  const result = vnWqi(sample, settings);
  const where = { station, parameter: 'vn_wqi', at: end } as const;
  const body = { method: 'vn-wqi-1460-2019', inputs };
  if (result === null) return withheld(where, NO_GROUP_IV, body);
  const { wqi, groups, parts, complete, label } = result;
  return published(where, wqi, {
    ...body,
    parts: Object.fromEntries(Object.entries(parts).map(([name, index]) => [name, short(index)])),
    groups: Object.keys(groups),
    complete,
    ...(label !== null && { note: label }),
  });
}

const NO_GROUP_IV = {
  vi: 'không công bố: không có thông số nào của nhóm IV đủ số liệu trong giờ',
  en: 'not published: no parameter of group IV has enough values in the hour',
};
