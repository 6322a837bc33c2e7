/** What an edge file asks of a line and the line cannot give. It is warned about; nothing stops for it. Pure. */

import type { Profiles } from '../inventory.ts';
import type { EdgeFile, Line } from '../station.ts';
import { type LinePlan, planLine, serialOf, timedInstrument } from './line-plan.ts';
import { describeLoad, type LineLoad, lineLoad, type TimedInstrument } from './line-time.ts';

export interface LineWarning {
  readonly line: string;
  readonly reason: string;
}

export interface LineNeed {
  readonly line: string;
  readonly load: LineLoad;
}

/** How much of its time each Modbus line needs as planned. */
export const lineNeeds = (file: EdgeFile, profiles: Profiles): LineNeed[] =>
  file.lines.flatMap((line) => {
    if (line.mode === 'mqtt') return [];
    const plans = planLine(line, file, profiles);
    return { line: line.id, load: lineLoad(plans.map((plan) => timedInstrument(plan, serialOf(line)))) };
  });

export function lineWarnings(file: EdgeFile, profiles: Profiles): LineWarning[] {
  return file.lines.flatMap((line) => {
    if (line.mode === 'mqtt') return [];
    const plans = planLine(line, file, profiles);
    const timed = plans.map((plan) => timedInstrument(plan, serialOf(line)));
    const load = lineLoad(timed);
    const reasons = [...otherSettings(line, plans), ...sharedUnits(line, plans), ...tooSlow(line, timed)];
    if (load.needs > 1) reasons.push(describeLoad(line.id, load));
    return reasons.map((reason) => ({ line: line.id, reason }));
  });
}

/** One bus has one setting: a frame of another is noise to everybody. */
function otherSettings({ id, serial }: Line, plans: readonly LinePlan[]): string[] {
  if (serial === undefined) return [];
  const other = new Map<string, string[]>();
  for (const { instrument, profile } of plans) {
    const factory = profile.link.serial;
    if (factory === undefined || factory === serial) continue;
    const named = other.get(factory) ?? [];
    if (!named.includes(instrument)) named.push(instrument);
    other.set(factory, named);
  }
  return [...other].map(
    ([factory, instruments]) =>
      `line ${id}: runs at ${serial}, and the factory setting of ${instruments.join(', ')} is ${factory}; set them all to one, mixed frames cannot share a bus`,
  );
}

/** Two instruments with one unit id answer at the same time on a bus. One instrument may serve several stations. */
function sharedUnits({ id, serial }: Line, plans: readonly LinePlan[]): string[] {
  if (serial === undefined) return [];
  const byUnit = new Map<number, LinePlan>();
  const reasons = new Set<string>();
  for (const plan of plans) {
    const first = byUnit.get(plan.unit);
    if (first === undefined) byUnit.set(plan.unit, plan);
    else if (first.profile.id !== plan.profile.id)
      reasons.add(`line ${id}: ${first.instrument} and ${plan.instrument} both have unit ${plan.unit}`);
  }
  return [...reasons];
}

/** An instrument that needs longer for a round than its period, even with the line to itself. */
function tooSlow({ id }: Line, instruments: readonly TimedInstrument[]): string[] {
  return instruments.flatMap(({ instrument, periodsMs, waitsMs, roundMs }) => {
    const shortest = Math.min(...periodsMs);
    const ms = waitsMs + roundMs(periodsMs.map((_, index) => index));
    if (waitsMs === 0 || ms <= shortest) return [];
    return `line ${id}: a round of ${instrument} takes ${(ms / 1000).toFixed(1)} s, ${waitsMs / 1000} s of it waiting for its measurement, and it is to be read every ${shortest / 1000} s; give it a longer period`;
  });
}
