/** Whether a siren is to sound: from the alarms of its station, the calls of the centre and the time it has sounded. Pure. */
import type { Siren } from '../devices/siren.ts';
import type { Alarm, SirenCall } from '../devices/wire/messages.ts';

export interface SirenDemand {
  /** Whether this changes what is raised. Times are in ticks. */
  take(alarm: Pick<Alarm, 'parameter' | 'limit' | 'state'>, now: number): boolean;
  /** Whether this is news: the centre tells the same call again with each connection. */
  call(call: SirenCall, now: number): boolean;
  wanted(now: number): boolean;
  /** `since` of the centre's call that it sounds for; null: for none. */
  called(now: number): number | null;
  /** When the answer of `wanted` or `called` changes by time alone, infinite for never. */
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
  const raisedUntil = (): number => raisedAt + (raised.size > 0 ? max_s : min_s) * 1000;
  /** The newest call of the centre: how it told it, and when, in ticks, it was heard of and is over here. */
  let call: { since: number; until: number; stands: boolean; heardAt: number; overAt: number } | null = null;
  const calledUntil = (): number => call?.overAt ?? Number.NEGATIVE_INFINITY;
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
    call(told, at) {
      if (!told.on) {
        if (!call?.stands) return false;
        call = { ...call, stands: false, overAt: Math.min(call.overAt, call.heardAt + min_s * 1000) };
        return true;
      }
      const { since, until } = told;
      if (call?.stands && call.since === since && call.until === until) return false;
      const lastsMs = Math.max(min_s * 1000, Math.min(until - since, max_s * 1000));
      call = { since, until, stands: true, heardAt: at, overAt: at + lastsMs };
      return true;
    },
    wanted: (at) => at < Math.max(raisedUntil(), calledUntil()),
    called: (at) => (call !== null && at < calledUntil() ? call.since : null),
    changesAt: (at) =>
      Math.min(...[raisedUntil(), calledUntil()].filter((time) => at < time), Number.POSITIVE_INFINITY),
    raised: () => [...raised],
  };
}
