/**
 * The tests of a series as they can be told when a value arrives: one judge for one parameter of one instrument, of
 * small fixed memory. Pure: time is the reading's. docs/quality.md explains the rules to people.
 *
 * A published reading cannot be changed later (a repeat changes nothing in the store), and whether a jump was a spike is
 * known only from the value after it. So a value that jumps is suspect at once, and the value after it is good when it
 * is back, or when it stays with the jump or goes on in its direction: then it was no spike but a change.
 */
import { type ParameterId, parameterOf, type SeriesTests } from '../parameter.ts';
import { blame, type Finding, FLAG, isUsable, type Judged } from '../quality.ts';
import { UNITS } from '../unit.ts';
import type { TestSettings } from './settings.ts';

export type Judge = (judged: Judged, at: number) => Judged;

/** Steps are told within 20 minutes: after longer a great one is the weather and no fault. */
const STEP_WITHIN_S = 1200;

/** A change is told over at least a minute: noise and resolution of what is read each second are no rate. */
const RATE_OVER_MIN = 1;

/** A longer silence ends a flat line: the gap test's default in ioos_qc. */
const LONGEST_GAP_S = 7200;

/** A flat line so many times as long as what is suspect fails. */
const FLAT_FAILS_AFTER = 4;

interface Sample {
  readonly value: number;
  readonly at: number;
}

interface Run {
  readonly since: number;
  /** Of its first value; the others are told by how far they are from it, which works for directions too. */
  readonly value: number;
  readonly below: number;
  readonly above: number;
}

interface Memory {
  /** The last value that an instrument can have measured, good or suspect. */
  readonly last: Sample | null;
  readonly good: Sample | null;
  readonly run: Run | null;
}

interface Tests extends SeriesTests {
  readonly range: readonly [number, number] | undefined;
  /** How far a value is from another, with the sign of the change. */
  readonly change: (from: number, to: number) => number;
  readonly unit: string;
}

export function createJudge(parameter: ParameterId, settings: TestSettings = {}): Judge {
  const tests = testsOf(parameter, settings);
  let memory: Memory = { last: null, good: null, run: null };
  return (judged, at) => {
    const { value } = judged;
    // What is absent, impossible or not evaluated says nothing about the values after it.
    if (value === null || !isUsable(judged.flag)) return judged;
    // A clock that was set back: no time since then can be told.
    if (memory.last && at < memory.last.at) memory = { last: null, good: null, run: null };
    const sample = { value, at };
    const run = stepRun(tests, memory, sample);
    const found = [
      judgeRange(tests, value),
      judgeSpike(tests, memory, sample),
      judgeRate(tests, memory, sample),
      judgeFlat(tests, run, at),
    ].filter((finding) => finding !== null);
    const outcome = found.reduce(blame, judged);
    memory = { last: sample, good: outcome.flag === FLAG.good ? sample : memory.good, run };
    return outcome;
  };
}

function testsOf(parameter: ParameterId, { range, ...own }: TestSettings): Tests {
  const { tests, unit } = parameterOf(parameter);
  const spike = own.spike ?? tests.spike ?? 'off';
  const ratePerMin = own.rate_per_min ?? tests.ratePerMin ?? 'off';
  const flat = own.flat ?? tests.flat ?? 'off';
  return {
    range,
    ...(spike !== 'off' && { spike }),
    ...(ratePerMin !== 'off' && { ratePerMin }),
    ...(flat !== 'off' && { flat }),
    change: unit === 'deg' ? (from, to) => ((to - from + 540) % 360) - 180 : (from, to) => to - from,
    unit: UNITS[unit].label && ` ${UNITS[unit].label}`,
  };
}

const suspect = (reason: string): Finding => ({ flag: FLAG.suspect, reason });

function judgeRange({ range }: Tests, value: number): Finding | null {
  if (!range || (value >= range[0] && value <= range[1])) return null;
  return suspect(`unusual: outside ${range[0]}..${range[1]}`);
}

function judgeSpike({ spike, change, unit }: Tests, { last, good }: Memory, { value, at }: Sample) {
  if (spike === undefined || !last || !good || at - good.at > STEP_WITHIN_S * 1000) return null;
  const step = change(good.value, value);
  if (Math.abs(step) <= spike) return null;
  if (last !== good) {
    const turn = change(last.value, value);
    const jump = change(good.value, last.value);
    const stays = Math.abs(turn) <= spike;
    const goesOn = Math.abs(jump) > spike && Math.sign(jump) === Math.sign(step) && turn * step > 0;
    if (stays || goesOn) return null;
  }
  return suspect(`spike: more than ${spike}${unit} from the last good value`);
}

/** Against the last good value, so that the value after a fault is not blamed for it. */
function judgeRate({ ratePerMin, change, unit }: Tests, { good }: Memory, { value, at }: Sample) {
  if (ratePerMin === undefined || !good || at - good.at > STEP_WITHIN_S * 1000) return null;
  const minutes = Math.max(RATE_OVER_MIN, (at - good.at) / 60_000);
  if (Math.abs(change(good.value, value)) / minutes <= ratePerMin) return null;
  return suspect(`rate: more than ${ratePerMin}${unit} a minute from the last good value`);
}

/** Absent values do not end a run, a long silence does. */
function stepRun({ flat, change }: Tests, { last, run }: Memory, { value, at }: Sample): Run | null {
  if (!flat || (flat.rest && value >= flat.rest[0] && value <= flat.rest[1])) return null;
  const begun: Run = { since: at, value, below: 0, above: 0 };
  if (!run || !last || at - last.at > LONGEST_GAP_S * 1000) return begun;
  const moved = change(run.value, value);
  const below = Math.min(run.below, moved);
  const above = Math.max(run.above, moved);
  return above - below < flat.tolerance ? { ...run, below, above } : begun;
}

function judgeFlat({ flat }: Tests, run: Run | null, at: number): Finding | null {
  if (!flat || !run) return null;
  const seconds = (at - run.since) / 1000;
  if (seconds < flat.seconds) return null;
  const fails = seconds >= flat.seconds * FLAT_FAILS_AFTER;
  const told = fails ? flat.seconds * FLAT_FAILS_AFTER : flat.seconds;
  return { flag: fails ? FLAG.fail : FLAG.suspect, reason: `flat: no change for ${duration(told)}` };
}

function duration(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
