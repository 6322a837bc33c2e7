/** One limit stepped with the readings of any number of stations, each with a state of its own. Pure. */
import { z } from 'zod';
import {
  initialLimitState,
  type Limit,
  type LimitState,
  limitStateSchema,
  type Refusal,
  stepLimit,
  tickLimit,
} from '../limit.ts';
import { FLAGS } from '../quality.ts';
import { alarmOf } from '../wire/limit-alarm.ts';
import type { Alarm } from '../wire/messages.ts';
import { nameSchema, parameterSchema } from '../word.ts';
import { sentenceOf } from './sentence.ts';

/** Beyond it the station heard longest ago is forgotten: its next reading decides anew and is reported. */
const MAX_STATIONS = 10_000;

/** By station. */
export const limitStatesSchema = z.record(nameSchema, limitStateSchema);

/** What a limit needs of a reading. Flows may add fields of their own. */
const readingSchema = z.object({
  station: nameSchema,
  parameter: parameterSchema,
  at: z.int().min(0),
  value: z.number().nullable(),
  flag: z.literal([...FLAGS]),
  reason: z.string().nullable().default(null),
});

export type LimitOutcome =
  | { readonly kind: 'ignored' }
  | { readonly kind: 'malformed'; readonly fault: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly reason: Refusal }
  | { readonly kind: 'alarm'; readonly alarm: Alarm };

export class LimitSteps {
  readonly #limit: Limit;
  readonly #limitAt: (station: string) => Limit;
  readonly #bound: number;
  readonly #states = new Map<string, LimitState>();
  #raised = 0;

  /** `limitAt` gives the values for one station; name, parameter and kind are those of `limit`. */
  constructor(limit: Limit, limitAt: (station: string) => Limit = () => limit, bound = MAX_STATIONS) {
    this.#limit = limit;
    this.#limitAt = limitAt;
    this.#bound = bound;
  }

  get stations(): number {
    return this.#states.size;
  }

  /** Stations at which the limit is raised. */
  get raised(): number {
    return this.#raised;
  }

  step(payload: unknown): LimitOutcome {
    const parameter = (payload as { parameter?: unknown } | null | undefined)?.parameter;
    if (typeof parameter === 'string' && parameter !== this.#limit.parameter) return { kind: 'ignored' };
    const result = readingSchema.safeParse(payload);
    if (!result.success) return { kind: 'malformed', fault: sentenceOf(result.error) };
    const reading = result.data;
    const before = this.#states.get(reading.station) ?? initialLimitState;
    const limit = this.#limitAt(reading.station);
    const step = stepLimit(limit, before, reading);
    this.#keep(reading.station, before, step.state);
    if (step.kind === 'none') return { kind: 'none' };
    if (step.kind === 'refused') return { kind: 'refused', reason: step.reason };
    return { kind: 'alarm', alarm: alarmOf(reading.station, limit, step) };
  }

  /** Time passes: the alarms of stations that have become stale by now, epoch ms. */
  tick(at: number): Alarm[] {
    const alarms: Alarm[] = [];
    for (const [station, before] of this.#states) {
      const limit = this.#limitAt(station);
      const step = tickLimit(limit, before, at);
      this.#states.set(station, step.state);
      if (step.kind !== 'raised') continue;
      this.#raised += 1;
      alarms.push(alarmOf(station, limit, step));
    }
    return alarms;
  }

  /** What is known of each station, as plain JSON, the one heard longest ago first. */
  states(): Record<string, LimitState> {
    return Object.fromEntries(this.#states);
  }

  /** Goes on from such states, of a limit of the same kind. */
  restore(states: Readonly<Record<string, LimitState>>): void {
    for (const [station, state] of Object.entries(states))
      this.#keep(station, this.#states.get(station) ?? initialLimitState, state);
  }

  /** A Map keeps its order: taken out and put back, the station heard last stands at the end. */
  #keep(station: string, before: LimitState, after: LimitState): void {
    this.#states.delete(station);
    this.#states.set(station, after);
    this.#raised += Number(after.phase === 'raised') - Number(before.phase === 'raised');
    if (this.#states.size <= this.#bound) return;
    const oldest = this.#states.entries().next().value;
    if (!oldest) return;
    this.#states.delete(oldest[0]);
    this.#raised -= Number(oldest[1].phase === 'raised');
  }
}
