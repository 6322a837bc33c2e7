/**
 * Whether the wall clock can be believed, and what it means when it steps. Pure: who looks at the clocks gives the
 * times. docs/quality.md explains the rules to people.
 */
import { CLOCK_NOT_SYNCHRONISED, CLOCK_SET_BACK } from '../devices/quality.ts';

/**
 * What keeps the clock right, as far as the system tells: a time server, a battery clock, neither of them; `unknown` where
 * nobody can be asked, `assumed` where the edge file says that nobody is to be asked.
 */
export type ClockSource = 'network' | 'battery' | 'none' | 'unknown' | 'assumed';

/** One look at the clocks. */
export interface ClockLook {
  /** Epoch ms. */
  readonly wall: number;
  /** Milliseconds that only ever grow. */
  readonly ticks: number;
  readonly source: ClockSource;
}

export interface ClockState {
  readonly trusted: boolean;
  readonly source: ClockSource;
  /** Why it is not trusted, or what else is to be known about it. */
  readonly reason: string | null;
}

export interface ClockTrust {
  /** By how many ms the wall clock was set since the last look; 0 when it just went on. */
  look(look: ClockLook): number;
  /** Why a time that was just taken from the clock is doubtful; null when it is not. */
  doubt(at: number): string | null;
  state(): ClockState;
  /** The newest time that was trusted: a clock that shows less when the edge starts is wrong. */
  newest(): number;
}

/** Less is no step: a time server's small corrections, and looks that were held up between the two clocks. */
const STEP_MS = 1000;

/** Nothing was measured by this program before there was one: clocks without a battery begin in 1970 or 2000. */
export const RELEASED_AT = Date.UTC(2026, 0, 1);

/** The longest that a round of reads takes: so long may readings from before trust arrived still come. */
const ROUND_MS = 60_000;

const REMARKS: Readonly<Record<ClockSource, string | null>> = {
  network: null,
  battery: 'no time server reached since the start of the system, its battery clock counts',
  none: 'no time server reached since the start of the system, and there is no battery clock',
  unknown: 'the system does not tell whether its clock is synchronised',
  assumed: 'the edge file says that the clock is right',
};

export function createClockTrust(known: number | null): ClockTrust {
  /** What was seen before this start. */
  let seen = known ?? 0;
  let newest = seen;
  let offset: number | null = null;
  let state: ClockState = { trusted: false, source: 'unknown', reason: null };
  /** When trust arrived in the place of distrust, by both clocks. */
  let arrived: { readonly wall: number; readonly ticks: number } | null = null;
  let last = { wall: 0, ticks: 0 };
  /** Up to this time there may be readings already. */
  let usedUntil = seen;

  function judge({ wall, source }: ClockLook): ClockState {
    const at = timeText(wall);
    const untrusted = (reason: string): ClockState => ({ trusted: false, source, reason });
    if (wall < RELEASED_AT) return untrusted(`the clock says ${at}, before this program was made`);
    if (source !== 'network' && wall < seen - STEP_MS)
      return untrusted(`the clock says ${at}, and this edge has already seen ${timeText(seen)}`);
    return { trusted: source !== 'none', source, reason: REMARKS[source] };
  }

  return {
    look(look) {
      const { wall, ticks } = look;
      const moved = offset === null ? 0 : wall - ticks - offset;
      const step = Math.abs(moved) > STEP_MS ? moved : 0;
      if (step < 0) {
        usedUntil = Math.max(usedUntil, wall - step);
        // Who sets a running clock back knows the time better than it did.
        seen = Math.min(seen, wall);
      }
      const first = offset === null;
      offset = wall - ticks;
      last = { wall, ticks };
      const before = state;
      state = judge(look);
      if (state.trusted && !before.trusted && !first) arrived = { wall, ticks };
      if (state.trusted) newest = wall;
      return step;
    },
    doubt(at) {
      const early = arrived && at < arrived.wall && last.ticks - arrived.ticks < ROUND_MS;
      if (!state.trusted || early) return CLOCK_NOT_SYNCHRONISED;
      // Later an older time is that of an instrument with its own clock.
      return last.wall <= usedUntil && at <= usedUntil ? CLOCK_SET_BACK : null;
    },
    state: () => state,
    newest: () => newest,
  };
}

const timeText = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

const UNITS: ReadonlyArray<readonly [string, number]> = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** A step in words: "ahead by 3 hours", "back by 90 seconds". */
export function stepText(ms: number): string {
  const seconds = Math.abs(ms) / 1000;
  const [unit, size] = UNITS.find(([, one]) => seconds >= 2 * one) ?? (['second', 1] as const);
  const amount = Math.round((seconds / size) * 10) / 10;
  return `${ms > 0 ? 'ahead' : 'back'} by ${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
