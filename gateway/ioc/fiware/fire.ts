/**
 * FireForestStatus 0.1.1. Which of our indices stands for which of the model's is our own choice, the model names none:
 * fireRiskIndex is the forest fire danger level 1 to 5, fireWeatherIndex the Canadian FWI, fireForestDailyRiskIndex the
 * index P. Pure.
 */
import type { ParameterId } from '../../../devices/parameter.ts';
import type { Observations } from '../../../devices/wire/feed.ts';
import { type Attributes, derivedOf, humidity, measuredOf } from './means.ts';

const INDICES = [
  ['fireRiskIndex', 'fire_level'],
  ['fireWeatherIndex', 'fwi'],
  ['fireForestDailyRiskIndex', 'fire_p_index'],
] as const satisfies readonly (readonly [string, ParameterId])[];

export const fireAttributes = (hour: Observations): Attributes => ({
  ...detected('smokeDetected', worst(hour, 'smoke'), 1),
  ...(measuredOf(hour, 'fire_detection')
    ? detected('fireDetected', worst(hour, 'fire_detection'), FIRE_ALARM)
    : detected('fireDetected', worst(hour, 'flame'), 1)),
  ...Object.fromEntries(
    INDICES.flatMap(([attribute, parameter]) => {
      const value = derivedOf(hour, parameter);
      return value === null ? [] : [[attribute, value]];
    }),
  ),
  ...humidity(hour),
});

/** Of `fire_detection`: 1 is a suspicion. */
const FIRE_ALARM = 2;

/** Of a suspicion neither yes nor no is said. */
const detected = (attribute: string, value: number | null, from: number): Attributes =>
  value !== null && value >= from ? { [attribute]: true } : value === 0 ? { [attribute]: false } : {};

/**
 * The worst that was seen in the hour; null when nothing was seen and something may have been missed: a silent sensor never
 * says that there is no fire. One reading may be due in an hour and belong to the next.
 */
function worst(hour: Observations, parameter: ParameterId): number | null {
  const one = measuredOf(hour, parameter);
  if (one === undefined || one.max === null) return null;
  const due = Math.max(one.readings, (one.expected ?? 1) - 1);
  return one.max > 0 || one.values >= due ? one.max : null;
}
