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

/** What a time is worth that was just taken from the clock. */
export type Timing =
  /** It is the time, for all that is known, or doubtful for a reason. */
  | { readonly kind: 'dated'; readonly reason: string | null }
  /** Only the monotonic clock is to be believed: it was measured at these ticks. */
  | { readonly kind: 'untimed'; readonly ticks: number };

export interface ClockTrust {
  /** By how many ms the wall clock was set since the last look; 0 when it just went on. */
  look(look: ClockLook): number;
  timing(at: number): Timing;
  state(): ClockState;
  /** What the wall clock shows beyond the ticks. */
  offset(): number;
  /** The newest time that was trusted: a clock that shows less when the edge starts is wrong. */
  newest(): number;
}

/** Less is no step: a time server's small corrections, and looks that were held up between the two clocks. */
const STEP_MS = 1000;

/** Nothing was measured by this program before there was one: clocks without a battery begin in 1970 or 2000. */
export const RELEASED_AT = Date.UTC(2026, 0, 1);

/** The longest that a round of reads takes: so long may readings from before a step, or before trust arrived, still come. */
const ROUND_MS = 60_000;

/** A clock that is set again and again keeps no more of its past. */
const MOST_SPANS = 8;

/** What the wall clock showed between two steps. */
interface Span {
  /** Wall less ticks. */
  readonly offset: number;
  readonly from: number;
  /** Ticks at which it ended. */
  readonly endedAt: number;
  readonly trusted: boolean;
}

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
  /** Ticks of the first look: there is no reading from before it. */
  let startedAt = 0;
  /** The first time that this wall clock can have shown. */
  let from = 0;
  /** Those before the last steps, or before trust arrived, that may still give readings; the newest first. */
  let before: Span[] = [];
  let state: ClockState = { trusted: false, source: 'unknown', reason: null };
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

  const isPresent = (at: number): boolean => at >= from && at <= last.wall + STEP_MS;
  const isOf = (span: Span, at: number): boolean =>
    last.ticks - span.endedAt < ROUND_MS && at >= span.from && at <= span.endedAt + span.offset;
  const untimed = (ticks: number): Timing => ({ kind: 'untimed', ticks: Math.max(0, Math.round(ticks)) });

  return {
    look(look) {
      const { wall, ticks } = look;
      const moved = offset === null ? 0 : wall - ticks - offset;
      const step = Math.abs(moved) > STEP_MS ? moved : 0;
      if (step < 0) {
        if (state.trusted) usedUntil = Math.max(usedUntil, wall - step);
        // Who sets a running clock back knows the time better than it did.
        seen = Math.min(seen, wall);
      }
      const { trusted } = state;
      state = judge(look);
      if (offset === null) {
        from = wall;
        startedAt = ticks;
      } else if (step !== 0 || (state.trusted && !trusted)) {
        const recent = before.filter(({ endedAt }) => ticks - endedAt < ROUND_MS).slice(0, MOST_SPANS - 1);
        before = [{ offset, from, endedAt: ticks, trusted }, ...recent];
        // It was set at some moment after the last look; trust that arrives is of what is measured from now on.
        from = step === 0 ? wall : last.ticks + wall - ticks;
      }
      offset = wall - ticks;
      last = { wall, ticks };
      if (state.trusted) newest = wall;
      return step;
    },
    timing(at) {
      const present = isPresent(at);
      const early = present ? undefined : before.find((span) => isOf(span, at));
      if (early?.trusted === false) return untimed(at - early.offset);
      if (!state.trusted) {
        // Also what is told of a time before the last step, counted back with the clock as it is now.
        const since = at - (offset ?? 0);
        if (since >= startedAt && at <= last.wall + STEP_MS) return untimed(since);
        // The time of an instrument with its own clock, which nothing here can judge.
        return { kind: 'dated', reason: CLOCK_NOT_SYNCHRONISED };
      }
      return { kind: 'dated', reason: last.wall <= usedUntil && at <= usedUntil ? CLOCK_SET_BACK : null };
    },
    state: () => state,
    offset: () => offset ?? 0,
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
