/** What the FWI codes and the Nesterov sum carry over days without weather. Pure; P has its own (devices/methods/fire-p.ts). */
import { FWI_START, type Fwi, type FwiState, stepFwi } from '../../devices/methods/fwi.ts';
import { stepNesterov } from '../../devices/methods/nesterov.ts';
import type { Observation } from './weather.ts';

/** After so many days on end without weather nothing is carried any further; the same as P does. */
const MOST_MISSING_DAYS = 2;
const KMH_OF_MS = 3.6;

export interface CodeMemory {
  readonly state: FwiState;
  /** Day on which the codes began with their start values, epoch ms; null before the first. */
  readonly since: number | null;
  /** Days without weather, up to now. */
  readonly missing: number;
}

export const startCodes: CodeMemory = { state: FWI_START, since: null, missing: 0 };

/** A noon without its weather leaves the codes as they are; after too many of them they begin anew. */
export function stepCodes(
  memory: CodeMemory,
  { t, rh, wind, rain }: Observation,
  place: { readonly day: number; readonly month: number; readonly latitude: number },
): { readonly memory: CodeMemory; readonly fwi: Fwi | null } {
  if (t === null || rh === null || wind === null || rain === null) {
    const missing = memory.missing + 1;
    return {
      memory: missing > MOST_MISSING_DAYS ? { ...startCodes, missing } : { ...memory, missing },
      fwi: null,
    };
  }
  const { month, latitude } = place;
  const noon = { t, rh, wind_kmh: wind * KMH_OF_MS, rain_mm: rain, month, latitude };
  const fwi = stepFwi(memory.state, noon);
  const { ffmc, dmc, dc } = fwi;
  return { memory: { state: { ffmc, dmc, dc }, since: memory.since ?? place.day, missing: 0 }, fwi };
}

export interface SumMemory {
  /** null: not known, until it rains enough. */
  readonly sum: number | null;
  /** Days since the last rain that could not be counted: the sum is too low by them. */
  readonly uncounted: number;
  readonly missing: number;
}

export const startSum: SumMemory = { sum: null, uncounted: 0, missing: 0 };

export function stepSum(memory: SumMemory, { t, rh, rain }: Observation): SumMemory {
  if (t === null || rh === null || rain === null) {
    const missing = memory.missing + 1;
    return missing > MOST_MISSING_DAYS
      ? { ...startSum, missing }
      : { sum: memory.sum, uncounted: memory.uncounted + 1, missing };
  }
  const day = { t15: t, rh15: rh, rain };
  // From an unknown sum only a day of rain leads on: it is 0 after one, whatever it was.
  const unknown = memory.sum === null && stepNesterov(1, day) !== 0;
  if (unknown) return startSum;
  const sum = stepNesterov(memory.sum ?? 0, day);
  return { sum, uncounted: sum === 0 ? 0 : memory.uncounted, missing: 0 };
}
