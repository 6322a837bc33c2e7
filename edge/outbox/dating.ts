/**
 * When readings were measured of which only the monotonic clock is known. Pure. `offset` is always wall clock less ticks:
 * the time at which a boot had its tick 0. docs/quality.md explains the rules to people.
 */
import { CLOCK_NOT_SYNCHRONISED, doubtTime } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';
import { encodeSenml } from '../../devices/wire/senml.ts';
import { RELEASED_AT, stepText } from '../trust.ts';

/** What the readings of one boot get to their ticks, and what is said of them. */
export interface Dating {
  readonly offset: number;
  readonly reason: string | null;
  readonly doubtful: boolean;
}

/** A boot with readings that have no time. */
export interface Boot {
  readonly name: string;
  /** What its wall clock showed beyond its ticks when nobody trusted it. */
  readonly wallOffset: number;
  /** Ticks of its oldest and its newest reading. */
  readonly oldest: number;
  readonly newest: number;
}

/** Less is no correction. */
const SAME_MS = 1000;

/** A crystal goes wrong by at most about 100 ppm: a minute in a week. */
const CERTAIN_MS = 7 * 86_400_000;

/**
 * Of the present boot, whose time has arrived at `ticks`. `verified`: somebody who knows the time has set the clock or
 * agrees with it; otherwise only time went by.
 */
export function correction(boot: Boot, offset: number, ticks: number, verified: boolean): Dating {
  const moved = offset - boot.wallOffset;
  if (Math.abs(moved) <= SAME_MS)
    return { offset, reason: verified ? null : CLOCK_NOT_SYNCHRONISED, doubtful: !verified };
  const late = ticks - boot.oldest > CERTAIN_MS;
  const exact = late ? ', after more than a week: to a minute or worse' : '';
  return {
    offset,
    reason: `time corrected: the clock was set ${stepText(moved)}${exact}`,
    doubtful: late,
  };
}

/**
 * Of boots that ended before their time was known, oldest first, with `start` of the boot after them: nobody knows how
 * long the system was off in between. Each gets the latest time that is possible, or an earlier one that its clock
 * said, if that clock was not plainly wrong.
 */
export function latestPossible(boots: readonly Boot[], start: number, believeClocks: boolean): Dating[] {
  const datings: Dating[] = [];
  let next = start;
  for (const { name, wallOffset, newest } of boots.toReversed()) {
    const latest = next - newest;
    const plausible = believeClocks && wallOffset + newest >= RELEASED_AT;
    next = plausible ? Math.min(wallOffset, latest) : latest;
    datings.unshift({ offset: next, reason: unknownTime(name), doubtful: true });
  }
  return datings;
}

const unknownTime = (boot: string): string =>
  `time unknown: boot ${boot.slice(0, 8)} ended before the clock was synchronised`;

/**
 * A payload of readings with their dates. `from` is what times are told from: 0 for the true time, the present for an
 * edge that has none itself, since seconds below 2^28 are relative to the arrival (RFC 8428, section 4.5.3).
 */
export function datedPayload(
  station: string,
  readings: readonly Reading[],
  { offset, reason, doubtful }: Dating,
  from: number,
): string {
  const dated = readings.map((reading) => {
    const at = Math.round(reading.at + offset - from);
    if (reason === null) return { ...reading, at };
    const marked = doubtTime(reading, reason);
    return { ...marked, at, flag: doubtful ? marked.flag : reading.flag };
  });
  return JSON.stringify(encodeSenml(station, dated));
}
