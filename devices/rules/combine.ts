/**
 * Several alarms that say something together: k different limits, parameters or stations, at one place or near by, at one
 * time or soon after another. Pure: time comes from the alarms, and the state is plain JSON with a bound.
 */
import { z } from 'zod';
import { metresBetween, type Place } from '../distance.ts';
import { LEVELS, type Level } from '../limit.ts';
import { type Alarm, conditionKey } from '../wire/messages.ts';
import { nameSchema, parameterSchema } from '../word.ts';
import { Recent } from './recent.ts';

/** What must differ for two alarms to count as two. */
export const COUNTED = ['limits', 'parameters', 'stations'] as const;

/** As many as an alarm can name. */
const MOST_NEEDED = 20;

export const combineSchema = z
  .strictObject({
    /** Name of the composed alarm's limit. */
    name: nameSchema,
    /** Parameter of the composed alarm, which need not be one of those that come in. */
    parameter: parameterSchema,
    level: z.enum(LEVELS),
    /** 1: any one of them. */
    needed: z.int().min(1, 'must be 1 or more').max(MOST_NEEDED),
    of: z.enum(COUNTED),
    /** From so many on it is critical: one alarm that grows. */
    critical_from: z.int().max(MOST_NEEDED).optional(),
    /** Metres between stations that count together; 0: each station for itself. */
    within_m: z.number().min(0, 'must be 0 metres or more').max(100_000).default(0),
    /** Seconds that an alarm counts after it has cleared; 0: all must be raised at once. */
    within_s: z.number().min(0, 'must be 0 seconds or more').max(86_400).default(0),
  })
  .refine(({ of, within_m }) => of !== 'stations' || within_m > 0, {
    path: ['within_m'],
    error: 'must be above 0 metres: several stations are never at one place',
  })
  .refine(({ critical_from, needed }) => critical_from === undefined || critical_from > needed, {
    path: ['critical_from'],
    error: 'must be more than are needed',
  })
  .refine(({ critical_from, level }) => critical_from === undefined || level !== 'critical', {
    path: ['critical_from'],
    error: 'is of no use where the level is critical already',
  });
export type Combine = z.infer<typeof combineSchema>;

const placeSchema = z.strictObject({ latitude: z.number(), longitude: z.number() });

/** An alarm that came in. */
const inputSchema = z.strictObject({
  station: nameSchema,
  parameter: parameterSchema,
  limit: nameSchema,
  raised: z.boolean(),
  /** When it cleared; null: it is raised, or was never. A limit whose first word is that all is well says nothing of a fire. */
  overAt: z.number().nullable(),
  at: z.number(),
  value: z.number(),
  threshold: z.number(),
  place: placeSchema.nullable(),
});
type Input = Readonly<z.infer<typeof inputSchema>>;

/** More are forgotten, the one heard longest ago first. */
const MOST_INPUTS = 10_000;

const PHASES = ['raised', 'normal'] as const;

export const combineStateSchema = z.strictObject({
  inputs: z.array(inputSchema).max(MOST_INPUTS),
  /** By the station at which a composed alarm stands or stood. A station that is not there has not been told of yet. */
  decided: z
    .array(
      z.strictObject({
        station: nameSchema,
        place: placeSchema.nullable(),
        phase: z.enum(PHASES),
        /** Of what was told of it last. */
        level: z.enum(LEVELS).optional(),
        at: z.number().optional(),
      }),
    )
    .max(MOST_INPUTS),
});
export type CombineState = z.infer<typeof combineStateSchema>;
type Decided = Readonly<CombineState['decided'][number]>;

export class CombineSteps {
  readonly #rule: Combine;
  readonly #inputs: Recent<Input>;
  readonly #decided: Recent<Decided>;

  constructor(rule: Combine, bound = MOST_INPUTS) {
    this.#rule = rule;
    this.#inputs = new Recent(bound);
    this.#decided = new Recent(bound);
  }

  /** Composed alarms that stand. */
  get raised(): number {
    return this.#raised().length;
  }

  /**
   * An alarm in, composed alarms out. A composed alarm stands at the station that made it complete; what joins within reach
   * of it makes no second one, but can make it critical. It clears when fewer than are needed count within its reach.
   */
  step(alarm: Alarm, place: Place | null): Alarm[] {
    const { station, parameter, limit, at, value, threshold } = alarm;
    // Its own alarm that comes back, or one of a time that is over, says nothing new.
    if (alarm.historical || (limit === this.#rule.name && parameter === this.#rule.parameter)) return [];
    const key = conditionKey(alarm);
    const before = this.#inputs.get(key);
    if ((before?.at ?? 0) > at) return [];
    const raised = alarm.state === 'raised';
    const overAt = raised ? null : before?.raised ? at : (before?.overAt ?? null);
    this.#inputs.put(key, { station, parameter, limit, raised, overAt, at, value, threshold, place });

    const composed = this.#review(at);
    const candidates = composed.some(({ state }) => state === 'cleared')
      ? this.#placesRaised()
      : [{ station, place }];
    for (const candidate of candidates) composed.push(...this.#raise(candidate, at));
    // So that nothing stays raised that was so before a start: what is decided first is told.
    if (this.#decided.get(station) === undefined && !this.#isRaisedAt(station)) {
      composed.push(this.#tell({ station, place }, 'cleared', this.#rule.level, [], at));
    }
    return composed;
  }

  /** Time passes (epoch ms): what had cleared may count no more. */
  tick(at: number): Alarm[] {
    return this.#rule.within_s === 0 ? [] : this.#review(at);
  }

  state(): CombineState {
    return { inputs: [...this.#inputs.values()], decided: [...this.#decided.values()] };
  }

  restore({ inputs, decided }: CombineState): void {
    for (const input of inputs) this.#inputs.put(conditionKey(input), input);
    for (const entry of decided) this.#decided.put(entry.station, entry);
  }

  #raised(): Decided[] {
    return [...this.#decided.values()].filter(({ phase }) => phase === 'raised');
  }

  /** What stands and is over, or has grown. */
  #review(at: number): Alarm[] {
    const told: Alarm[] = [];
    for (const owner of this.#raised()) {
      const inputs = this.#around(owner, at);
      const count = this.#count(inputs);
      const before = owner.level ?? this.#rule.level;
      if (count < this.#rule.needed) told.push(this.#tell(owner, 'cleared', before, inputs, at));
      else if (before !== 'critical' && this.#levelOf(count) === 'critical')
        told.push(this.#tell(owner, 'raised', 'critical', inputs, at));
    }
    return told;
  }

  #raise(candidate: Pick<Decided, 'station' | 'place'>, at: number): Alarm[] {
    if (!this.#isRaisedAt(candidate.station)) return [];
    if (this.#raised().some((owner) => this.#reaches(owner, candidate))) return [];
    const inputs = this.#around(candidate, at);
    const count = this.#count(inputs);
    if (count < this.#rule.needed) return [];
    return [this.#tell(candidate, 'raised', this.#levelOf(count), inputs, at)];
  }

  #levelOf(count: number): Level {
    const { level, critical_from } = this.#rule;
    return critical_from !== undefined && count >= critical_from ? 'critical' : level;
  }

  /** Each word of a station is later than its last: of two words of one moment the gateway would take the first only. */
  #tell(
    { station, place }: Pick<Decided, 'station' | 'place'>,
    state: Alarm['state'],
    level: Level,
    inputs: readonly Input[],
    now: number,
  ): Alarm {
    const at = Math.max(now, (this.#decided.get(station)?.at ?? 0) + 1);
    const phase = state === 'raised' ? 'raised' : 'normal';
    this.#decided.put(station, { station, place, phase, level, at });
    return this.#compose({ station, state, level, at }, inputs);
  }

  #isRaisedAt(station: string): boolean {
    return [...this.#inputs.values()].some((input) => input.raised && input.station === station);
  }

  #placesRaised(): Pick<Decided, 'station' | 'place'>[] {
    const raised = [...this.#inputs.values()].filter((input) => input.raised);
    return [...new Map(raised.map(({ station, place }) => [station, { station, place }])).values()];
  }

  /** The alarms that count within reach at this time, the newest first. */
  #around(center: Pick<Decided, 'station' | 'place'>, at: number): Input[] {
    const since = at - this.#rule.within_s * 1000;
    return [...this.#inputs.values()]
      .filter(
        (input) =>
          input.raised || (input.overAt !== null && this.#rule.within_s > 0 && input.overAt >= since),
      )
      .filter((input) => this.#reaches(center, input))
      .sort((a, b) => b.at - a.at);
  }

  #reaches(one: Pick<Decided, 'station' | 'place'>, other: Pick<Decided, 'station' | 'place'>): boolean {
    if (one.station === other.station) return true;
    const { within_m } = this.#rule;
    return (
      within_m > 0 &&
      one.place !== null &&
      other.place !== null &&
      metresBetween(one.place, other.place) <= within_m
    );
  }

  #count(inputs: readonly Input[]): number {
    const { of } = this.#rule;
    const keyOf = ({ station, parameter, limit }: Input): string =>
      of === 'stations' ? station : of === 'parameters' ? parameter : `${parameter}/${limit}`;
    return new Set(inputs.map(keyOf)).size;
  }

  /** Its value is how many count and its threshold how many are needed, unless its parameter is measured by one of them. */
  #compose(word: Pick<Alarm, 'station' | 'state' | 'level' | 'at'>, inputs: readonly Input[]): Alarm {
    const { name, parameter, needed, critical_from } = this.#rule;
    const measured = inputs.find((input) => input.parameter === parameter);
    const wanted = word.level === 'critical' ? (critical_from ?? needed) : needed;
    return {
      ...word,
      parameter,
      limit: name,
      value: measured?.value ?? this.#count(inputs),
      threshold: measured?.threshold ?? wanted,
      ...(inputs.length > 0 && { because: inputs.slice(0, MOST_NEEDED).map(asReason) }),
    };
  }
}

const asReason = ({ station, parameter, at, value, threshold }: Input) => ({
  station,
  parameter,
  at,
  value,
  threshold,
});
