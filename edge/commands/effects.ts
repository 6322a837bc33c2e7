/** Waits for the reading in which the effect of a write shows. */
import type { Reading } from '../../devices/reading.ts';
import type { Orders } from '../../devices/wire/fleet.ts';
import type { Clock } from '../clock.ts';

export type Effect = NonNullable<Extract<Orders, { kind: 'write' }>['effect']>;

export interface Effects {
  readings(readings: readonly Reading[]): void;
  /** The first value within the band that was read after now, null when none comes in time or the edge stops. */
  seen(station: string, effect: Effect): Promise<number | null>;
  /** What a write could be known by that is no more waited for. */
  close(): void;
}

interface Wanted {
  readonly station: string;
  readonly effect: Effect;
  /** Epoch ms: what was read before says nothing of the write. */
  readonly since: number;
  found(value: number): void;
}

export function createEffects(clock: Clock): Effects {
  const wanted = new Set<Wanted>();
  const closing = new AbortController();
  return {
    readings(readings) {
      for (const one of wanted) {
        const { station, effect, since } = one;
        for (const reading of readings) {
          const { value } = reading;
          if (reading.station !== station || reading.parameter !== effect.parameter) continue;
          // Flag 4 says itself that the value is not to be believed.
          if (value === null || reading.flag === 4 || reading.at < since) continue;
          if (value >= effect.min && value <= effect.max) one.found(value);
        }
      }
    },
    async seen(station, effect) {
      const found = new AbortController();
      let seen: number | null = null;
      const one: Wanted = {
        station,
        effect,
        since: clock.now(),
        found(value) {
          seen ??= value;
          found.abort();
        },
      };
      wanted.add(one);
      await clock.sleep(effect.within_s * 1000, AbortSignal.any([found.signal, closing.signal]));
      wanted.delete(one);
      return seen;
    },
    close: () => closing.abort(),
  };
}
