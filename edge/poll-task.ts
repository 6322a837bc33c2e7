/** What the poller of a line is given of each instrument. */
import type { AddressRange, LineAction } from '../devices/profile.ts';
import type { Learned } from './learned.ts';
import type { Memory } from './lessons.ts';
import type { Block } from './plan.ts';
import type { Round } from './sheet.ts';

/** Points of one instrument that are read in one period. */
export interface PollClass {
  readonly periodMs: number;
  readonly wanted: readonly AddressRange[];
  /**
   * Is given every round: one a period, and extra ones while it is hurried. Whether there is any value among its points.
   */
  readonly take: (round: Round, extra: boolean) => boolean;
  /** Is told of a period that went by without a round: when it was due (epoch ms), and why. */
  readonly skip: (at: number, reason: string) => void;
}

export interface PollTask {
  readonly line: string;
  /** station/instrument, for people. */
  readonly instrument: string;
  readonly unit: number;
  readonly classes: readonly PollClass[];
  readonly plan: (wanted: readonly AddressRange[], learned: Learned) => Block[];
  /** Whether a refused request may be made in parts: not where the profile says exactly what to ask for. */
  readonly divisible: boolean;
  readonly evenStart: boolean;
  readonly memory: Memory;
  /**
   * The least that can be asked of the instrument, of each of its blocks: only one of these while it does not answer,
   * and another one the next time, for the first may be what it never answers. Not empty.
   */
  readonly probes: readonly [Block, ...Block[]];
  /** What it must be told once, and again after it was silent: it may have lost power. */
  readonly atStart: readonly LineAction[];
  /** What it must be told before each round. */
  readonly before: readonly LineAction[];
  /** Silence on the line after each of its requests. */
  readonly pauseMs: number;
  readonly timeoutMs: (block: Pick<Block, 'area' | 'count'>) => number;
}

/** The first cause that some of its values are absent, null when none is. */
export function faultOfClass({ wanted }: PollClass, round: Round): string | null {
  for (const range of wanted) {
    const cause = round.whyAbsent(range);
    if (cause !== null) return cause;
  }
  return null;
}
