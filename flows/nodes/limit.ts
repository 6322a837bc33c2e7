/** Node `limit`: steps one limit with the readings of any number of stations, and says when it is crossed. */
import { z } from 'zod';
import {
  initialLimitState,
  type Limit,
  type LimitState,
  limitSchema,
  stepLimit,
} from '../../devices/limit.ts';
import { FLAGS } from '../../devices/quality.ts';
import type { Alarm } from '../../devices/wire/messages.ts';
import { nameSchema, parameterSchema } from '../../devices/word.ts';
import type { FlowNode, NodeStatus } from './contract.ts';
import { sentenceOf } from './sentence.ts';

/** Beyond it the station heard longest ago is forgotten: its next reading decides anew and is reported. */
const MAX_STATIONS = 10_000;

/** Fields of the editor: numbers come as text, and an empty text means "not given". */
export function readLimit(config: Readonly<Record<string, unknown>>): Limit | string {
  const { name, parameter, side, level, quality } = config;
  const numbers = Object.fromEntries(
    ['raise', 'clear', 'hold_s', 'clear_hold_s'].map((field) => [field, numberOf(config[field])]),
  );
  const result = limitSchema.safeParse({ name, parameter, side, level, quality, ...numbers });
  return result.success ? result.data : sentenceOf(result.error);
}

function numberOf(field: unknown): unknown {
  if (typeof field !== 'string') return field ?? undefined;
  return field.trim() === '' ? undefined : Number(field);
}

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
  | { readonly kind: 'alarm'; readonly alarm: Alarm };

export class LimitSteps {
  readonly #limit: Limit;
  readonly #bound: number;
  readonly #states = new Map<string, LimitState>();
  #raised = 0;

  constructor(limit: Limit, bound = MAX_STATIONS) {
    this.#limit = limit;
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
    const step = stepLimit(this.#limit, before, reading);
    this.#keep(reading.station, before, step.state);
    if ((step.kind !== 'raised' && step.kind !== 'cleared') || reading.value === null)
      return { kind: 'none' };
    const { name, raise, clear = raise, level } = this.#limit;
    return {
      kind: 'alarm',
      alarm: {
        station: reading.station,
        parameter: reading.parameter,
        limit: name,
        state: step.kind,
        level,
        at: reading.at,
        value: reading.value,
        threshold: step.kind === 'raised' ? raise : clear,
      },
    };
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

/** How many stations it watches, and at how many of them the limit is raised. */
export const limitStatus = (steps: LimitSteps): NodeStatus =>
  steps.raised > 0
    ? { fill: 'red', shape: 'dot', text: `▲ ${steps.raised} / ${steps.stations}` }
    : { fill: 'green', shape: 'dot', text: `▲ 0 / ${steps.stations}` };

export function startLimit(node: FlowNode, config: Readonly<Record<string, unknown>>): void {
  const limit = readLimit(config);
  if (typeof limit === 'string') {
    node.status({ fill: 'red', shape: 'ring', text: limit });
    return;
  }
  const steps = new LimitSteps(limit);
  let shown = '';
  node.on('input', (message, send, done) => {
    const outcome = steps.step(message.payload);
    if (outcome.kind === 'malformed') return done(new Error(outcome.fault));
    if (outcome.kind === 'alarm') {
      const { station, parameter, limit: name } = outcome.alarm;
      send({ ...message, topic: `${station}/${parameter}/${name}`, payload: outcome.alarm });
    }
    const status = limitStatus(steps);
    if (status.text !== shown) {
      shown = status.text;
      node.status(status);
    }
    done();
  });
  node.status({ fill: 'grey', shape: 'ring', text: 'status.waiting' });
}
