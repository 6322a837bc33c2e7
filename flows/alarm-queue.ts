/**
 * Alarms on their way to the broker: the newest of each condition, so that the queue is bounded by the number of
 * conditions and not by the length of an outage. An alarm stays until its PUBACK.
 */
import { type Alarm, conditionKey } from '../devices/wire/messages.ts';

export class AlarmQueue {
  readonly #waiting = new Map<string, Alarm>();
  readonly #bound: number;

  constructor(bound: number) {
    this.#bound = bound;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Takes an alarm; a full queue gives up its oldest one for a new condition and returns it. */
  put(alarm: Alarm): Alarm | null {
    const key = conditionKey(alarm);
    const known = this.#waiting.has(key);
    this.#waiting.set(key, alarm);
    if (known || this.#waiting.size <= this.#bound) return null;
    const oldest = this.first();
    if (oldest) this.#waiting.delete(conditionKey(oldest));
    return oldest ?? null;
  }

  first(): Alarm | undefined {
    return this.#waiting.values().next().value;
  }

  /** This alarm was acknowledged; a newer one of the same condition stays. */
  done(alarm: Alarm): void {
    const key = conditionKey(alarm);
    if (this.#waiting.get(key) === alarm) this.#waiting.delete(key);
  }
}
