/** Steps the limits of one station: at the edge, at the gateway for what it derives, and in rehearsals. Pure. */
import { z } from 'zod';
import {
  afterClockStep,
  initialLimitState,
  LIMIT_KINDS,
  type Limit,
  type LimitState,
  type LimitStep,
  limitStateSchema,
  stepLimit,
  tickLimit,
  undecided,
} from '../limit.ts';
import type { Reading } from '../reading.ts';
import { alarmOf } from '../wire/limit-alarm.ts';
import { type Alarm, limitKey } from '../wire/messages.ts';

/** What is known of one limit. It says nothing to a limit of another kind. */
export const keptLimitSchema = z.object({ kind: z.enum(LIMIT_KINDS), state: limitStateSchema });
export type KeptLimit = z.infer<typeof keptLimitSchema>;

/** By the key that a limit has within its station. */
export type KeptLimits = Readonly<Record<string, KeptLimit>>;

export interface StationAlarms {
  /** Readings of the station in, the alarms that they decide out. */
  step(readings: readonly Reading[]): Alarm[];
  /** Time passes: the alarms of what has become stale by now, epoch ms. */
  tick(at: number): Alarm[];
  /**
   * Other limits from now on. Those that stay decide anew, and report that: the centre may have closed an alert of a
   * version that never came here. Of their past the rest is kept.
   */
  replace(limits: readonly Limit[]): void;
  /** The clock was set: only what does not depend on it is kept. */
  clockStepped(): void;
  kept(): KeptLimits;
}

export function createAlarms(
  station: string,
  limits: readonly Limit[],
  known: KeptLimits = {},
): StationAlarms {
  let entries: { readonly limit: Limit; state: LimitState }[] = [];

  function take(chosen: readonly Limit[], known: KeptLimits): void {
    entries = chosen.map((limit) => {
      const kept = Object.hasOwn(known, limitKey(limit)) ? known[limitKey(limit)] : undefined;
      return { limit, state: kept?.kind === limit.kind ? kept.state : initialLimitState };
    });
  }

  function stepAll(step: (limit: Limit, state: LimitState) => LimitStep): Alarm[] {
    return entries.flatMap((entry) => {
      const outcome = step(entry.limit, entry.state);
      entry.state = outcome.state;
      const decided = outcome.kind === 'raised' || outcome.kind === 'cleared';
      return decided ? [alarmOf(station, entry.limit, outcome)] : [];
    });
  }

  const kept = (): KeptLimits =>
    Object.fromEntries(entries.map(({ limit, state }) => [limitKey(limit), { kind: limit.kind, state }]));

  take(limits, known);
  return {
    step: (readings) =>
      readings.flatMap((reading) =>
        stepAll((limit, state) =>
          limit.parameter === reading.parameter ? stepLimit(limit, state, reading) : { kind: 'none', state },
        ),
      ),
    tick: (at) => stepAll((limit, state) => tickLimit(limit, state, at)),
    replace: (limits) =>
      take(
        limits,
        Object.fromEntries(
          Object.entries(kept()).map(([key, { kind, state }]) => [key, { kind, state: undecided(state) }]),
        ),
      ),
    clockStepped() {
      for (const entry of entries) entry.state = afterClockStep(entry.state);
    },
    kept,
  };
}
