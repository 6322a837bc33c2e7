/** Whether a siren is to sound: from the alarms of its station and the time it has sounded. Pure. */
import type { Siren } from '../devices/siren.ts';
import type { Alarm } from '../devices/wire/messages.ts';

export interface SirenDemand {
  /** Whether this changes what is raised. Times are in ticks. */
  take(alarm: Pick<Alarm, 'parameter' | 'limit' | 'state'>, now: number): boolean;
  wanted(now: number): boolean;
  /** When the answer of `wanted` changes by time alone, infinite for never. */
  changesAt(now: number): number;
  /** Conditions that are raised, as `parameter/limit`: what a restart must know. */
  raised(): string[];
}

/** `before` is what was raised when the edge stopped: it counts as raised now, until its limit says otherwise. */
export function createDemand(
  { on, min_s, max_s }: Pick<Siren, 'on' | 'min_s' | 'max_s'>,
  before: readonly string[],
  now: number,
): SirenDemand {
  const listens = (limit: string): boolean => on.includes(limit);
  const raised = new Set(before.filter((condition) => listens(condition.slice(condition.indexOf('/') + 1))));
  /** Of the newest raise. */
  let raisedAt = raised.size > 0 ? now : Number.NEGATIVE_INFINITY;
  const wantedUntil = (): number => raisedAt + (raised.size > 0 ? max_s : min_s) * 1000;
  return {
    take({ parameter, limit, state }, at) {
      if (!listens(limit)) return false;
      const condition = `${parameter}/${limit}`;
      if (state === 'cleared') return raised.delete(condition);
      // After a restart it is reported again: that is not a new one.
      if (raised.has(condition)) return false;
      raised.add(condition);
      raisedAt = at;
      return true;
    },
    wanted: (at) => at < wantedUntil(),
    changesAt: (at) => (at < wantedUntil() ? wantedUntil() : Number.POSITIVE_INFINITY),
    raised: () => [...raised],
  };
}
