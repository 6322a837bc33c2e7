/** What the poller of a line is given of each instrument. */
import type { LinePlan } from '../devices/line/line-plan.ts';
import type { AddressRange } from '../devices/profile.ts';
import type { Memory } from './lessons.ts';
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

/** What is planned of an instrument, with what it shows of itself while it is read. */
export interface PollTask extends Omit<LinePlan, 'station' | 'profile' | 'quality' | 'classes'> {
  readonly classes: readonly PollClass[];
  readonly memory: Memory;
}

/** The first cause that some of its values are absent, null when none is. */
export function faultOfClass({ wanted }: PollClass, round: Round): string | null {
  for (const range of wanted) {
    const cause = round.whyAbsent(range);
    if (cause !== null) return cause;
  }
  return null;
}
