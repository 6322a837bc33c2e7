/**
 * An alarm that must last before it passes on, and be over for as long before its end does. Pure: its clock are the readings
 * that the alarm was made of, so that it stands still with them; across a hole in them nothing lasts, as with limits.
 */
import { z } from 'zod';
import { initialLimitState, LEVELS, type Limit, limitSchema, limitStateSchema, stepLimit } from '../limit.ts';
import { FLAG } from '../quality.ts';
import type { Reading } from '../reading.ts';
import { type Alarm, alarmSchema, conditionKey } from '../wire/messages.ts';
import { nameSchema } from '../word.ts';
import { Recent } from './recent.ts';

const DAY_S = 86_400;
const seconds = z.number().min(0, 'must be 0 seconds or more').max(DAY_S);

export const sustainSchema = z.strictObject({
  /** Name of the limit of what passes; that of the alarm itself when absent. */
  name: nameSchema.optional(),
  /** Its level; that of the alarm itself when absent. */
  level: z.enum(LEVELS).optional(),
  hold_s: seconds,
  clear_hold_s: seconds.default(0),
});
export type Sustain = z.infer<typeof sustainSchema>;

const entrySchema = z.strictObject({ alarm: alarmSchema, state: limitStateSchema });
type Entry = Readonly<z.infer<typeof entrySchema>>;

/** Conditions; more are forgotten, the one heard longest ago first. */
const MOST_CONDITIONS = 10_000;

export const sustainStateSchema = z.array(entrySchema).max(MOST_CONDITIONS);

/** An alarm is as good as a value: 1 while it is raised, 0 while it is not. */
const asLimit = (hold_s: number, clear_hold_s: number): Limit =>
  limitSchema.parse({
    name: 'sustain',
    parameter: 'smoke',
    level: 'notice',
    kind: 'high',
    raise: 1,
    clear: 0,
    hold_s,
    clear_hold_s,
  });

/** Silence has lasted already when it is told, and has no readings to be timed by. */
const AT_ONCE = asLimit(0, 0);

export class SustainSteps {
  readonly #rule: Sustain;
  readonly #limit: Limit;
  readonly #entries: Recent<Entry>;
  /** Of each station the conditions that its readings are a clock of. */
  readonly #clocks = new Map<string, Set<string>>();

  constructor(rule: Sustain, bound = MOST_CONDITIONS) {
    this.#rule = rule;
    this.#limit = asLimit(rule.hold_s, rule.clear_hold_s);
    this.#entries = new Recent(bound);
  }

  get conditions(): number {
    return this.#entries.size;
  }

  /** Conditions of which an alarm has passed and not its end. */
  get raised(): number {
    return [...this.#entries.values()].filter(({ state }) => state.phase === 'raised').length;
  }

  /** An alarm comes in: it, or null while it has to last. */
  step(alarm: Alarm): Alarm | null {
    const before = this.#entries.get(conditionKey(alarm));
    if (alarm.historical || (before && before.alarm.at > alarm.at)) return null;
    return this.#judge({ alarm, state: before?.state ?? initialLimitState }, alarm.at);
  }

  /** Whether readings of this station move any clock. */
  isClock(station: string): boolean {
    return this.#clocks.has(station);
  }

  /** A reading moves the clock of the alarms that it decides. Give it after the alarm that it made. */
  tick({
    station,
    parameter,
    at,
    value,
    flag,
  }: Pick<Reading, 'station' | 'parameter' | 'at' | 'value' | 'flag'>): Alarm[] {
    if (value === null || (flag !== FLAG.good && flag !== FLAG.suspect)) return [];
    const passed: Alarm[] = [];
    for (const key of this.#clocks.get(station) ?? []) {
      const entry = this.#entries.get(key);
      const timed =
        entry &&
        pointsOf(entry.alarm).some((point) => point.station === station && point.parameter === parameter);
      const alarm = timed ? this.#judge(entry, at) : null;
      if (alarm) passed.push(alarm);
    }
    return passed;
  }

  state(): Entry[] {
    return [...this.#entries.values()];
  }

  restore(entries: readonly Entry[]): void {
    for (const entry of entries) this.#keep(entry);
  }

  #judge({ alarm, state }: Entry, at: number): Alarm | null {
    const raised = alarm.state === 'raised';
    const limit = alarm.no_data ? AT_ONCE : this.#limit;
    const step = stepLimit(limit, state, { at, value: raised ? 1 : 0, flag: FLAG.good });
    this.#keep({ alarm, state: step.state });
    if (step.kind !== 'raised' && step.kind !== 'cleared') return null;
    const { name = alarm.limit, level = alarm.level } = this.#rule;
    return { ...alarm, limit: name, level, at };
  }

  #keep(entry: Entry): void {
    const key = conditionKey(entry.alarm);
    const before = this.#entries.get(key);
    const forgotten = this.#entries.put(key, entry);
    if (forgotten) this.#setClocks(forgotten.alarm, false);
    if (before?.alarm === entry.alarm) return;
    if (before) this.#setClocks(before.alarm, false);
    this.#setClocks(entry.alarm, true);
  }

  #setClocks(alarm: Alarm, on: boolean): void {
    const key = conditionKey(alarm);
    for (const { station } of pointsOf(alarm)) {
      const keys = this.#clocks.get(station) ?? new Set();
      if (on) keys.add(key);
      else keys.delete(key);
      if (keys.size > 0) this.#clocks.set(station, keys);
      else this.#clocks.delete(station);
    }
  }
}

/** What is measured of a condition. */
const pointsOf = (alarm: Alarm) => [alarm, ...(alarm.because ?? [])];
