/**
 * Fire by the sensors of one post: its numbers are in fire/settings.ts. Two posts are judged by the flows.
 * Pure: time comes from the readings, the state is plain JSON and bounded.
 */
import { z } from 'zod';
import { noRain, rainStateSchema, rainWithin, withRain } from './fire/rain.ts';
import type { FireSettings } from './fire/settings.ts';
import { FIRE_KINDS, type FireKind, type FireSignal, fireSignals } from './fire/signals.ts';
import { afterClockStep, initialLimitState, limitStateSchema, stepLimit } from './limit.ts';
import type { ParameterId } from './parameter.ts';
import { isStale } from './quality.ts';
import type { Reading } from './reading.ts';

/** 0 no fire, 1 suspected, 2 alarm: the values of the parameter `fire_detection`. */
export type FireLevel = 0 | 1 | 2;

export interface FireSensor {
  readonly parameter: ParameterId;
  /** How often it is read. */
  readonly periodS: number;
}

export interface FirePost {
  readonly settings: FireSettings;
  /** What it has of the sensors that signals are made of. */
  readonly sensors: readonly FireSensor[];
  /** Its rain gauge, `rain_total` or `rain_rate`; null: it has none. */
  readonly gauge: FireSensor | null;
  /** The signals that these sensors can give. */
  readonly signals: readonly FireSignal[];
}

export function firePost(
  settings: FireSettings,
  sensors: readonly FireSensor[],
  gauge: FireSensor | null,
): FirePost {
  const signals = fireSignals(settings).filter(({ limit }) =>
    sensors.some(({ parameter }) => parameter === limit.parameter),
  );
  return { settings, sensors, gauge, signals };
}

/** A reading that says fire. */
const evidenceSchema = z.strictObject({
  kind: z.enum(FIRE_KINDS),
  parameter: z.custom<ParameterId>((value) => typeof value === 'string'),
  /** Of the newest reading beyond the trigger, epoch ms. */
  at: z.number(),
  value: z.number(),
  /** What the value had to pass, in the parameter's unit. */
  threshold: z.number(),
});
export type FireEvidence = Readonly<z.infer<typeof evidenceSchema>>;

const signalStateSchema = z.strictObject({
  limit: limitStateSchema,
  /** It is off: its baseline is not known yet. */
  learning: z.boolean(),
  seen: evidenceSchema.nullable(),
});
type SignalState = Readonly<z.infer<typeof signalStateSchema>>;

export const fireStateSchema = z.strictObject({
  /** null: nothing is decided yet. */
  level: z.literal([0, 1, 2]).nullable(),
  /** By the name of the signal's limit. */
  signals: z.record(z.string().max(63), signalStateSchema),
  /** Since when everything is below the share of its trigger, epoch ms; null: something is not, or is not known. */
  calmSince: z.number().nullable(),
  rain: rainStateSchema,
});
export type FireState = Readonly<z.infer<typeof fireStateSchema>>;

export const initialFireState: FireState = { level: null, signals: {}, calmSince: null, rain: noRain };

/** What outlives a clock that was set: what was decided, and what is normal at the place. */
export const fireAfterClockStep = ({ level, signals }: FireState): FireState => ({
  ...initialFireState,
  level,
  signals: Object.fromEntries(
    Object.entries(signals).map(([name, { limit, learning }]) => [
      name,
      { limit: afterClockStep(limit), learning, seen: null },
    ]),
  ),
});

/** One reading in, the state after it out: its `level` differs when a fire was suspected, found or is over. */
export function stepFire(post: FirePost, before: FireState, reading: Reading): FireState {
  const { settings, gauge } = post;
  const rained =
    gauge?.parameter === reading.parameter
      ? withRain(before.rain, reading, gauge.periodS, settings.rain_within_s)
      : before.rain;
  const signals = { ...before.signals };
  let heard = false;
  for (const signal of post.signals) {
    const { name, parameter } = signal.limit;
    if (parameter !== reading.parameter) continue;
    const after = stepSignal(signal, before.signals[name], reading);
    if (after === null) continue;
    signals[name] = after;
    heard = true;
  }
  const state = { ...before, signals, rain: rained };
  return heard ? decide(post, state, reading.at) : state;
}

/** null when the reading says nothing: it failed, or is older than what is known. */
function stepSignal(
  { kind, limit }: FireSignal,
  before: SignalState = { limit: initialLimitState, learning: false, seen: null },
  reading: Reading,
): SignalState | null {
  const step = stepLimit(limit, before.limit, reading);
  const { state } = step;
  if (step.kind === 'refused')
    return step.reason === 'learning' ? { limit: state, learning: true, seen: before.seen } : null;
  const after = { limit: state, learning: false, seen: before.seen };
  if (state.phase !== 'raised' || state.votes.at(-1) !== 'beyond' || reading.value === null) return after;
  const { parameter, at, value } = reading;
  return { ...after, seen: { kind, parameter, at, value, threshold: thresholdOf(step, after, value) } };
}

/** Of a rate the threshold is a change: here it is the value that would have been enough. */
function thresholdOf(step: ReturnType<typeof stepLimit>, { seen }: SignalState, value: number): number {
  if (step.kind !== 'raised') return seen?.threshold ?? value;
  return value - step.value + step.threshold;
}

function decide(post: FirePost, state: FireState, at: number): FireState {
  const { settings } = post;
  const calm = isCalm(post, state, at);
  const calmSince = calm ? (state.calmSince ?? at) : null;
  if (calmSince !== null && at - calmSince >= settings.clear_s * 1000) {
    const signals = Object.entries(state.signals).map(([name, signal]) => [name, { ...signal, seen: null }]);
    return { ...state, level: 0, calmSince, signals: Object.fromEntries(signals) };
  }
  const kinds = new Set(fireEvidence(settings, state, at).map(({ kind }) => kind));
  const found = levelOf(kinds, isRainy(settings, state, at));
  return { ...state, calmSince, level: found > (state.level ?? 0) ? found : state.level };
}

function levelOf(kinds: ReadonlySet<FireKind>, rainy: boolean): FireLevel {
  if (kinds.size === 0) return 0;
  return !rainy && (kinds.has('flame') || kinds.size >= 2) ? 2 : 1;
}

/** Whether every sensor says that there is no fire: one that says nothing does not. */
function isCalm(post: FirePost, { signals }: FireState, at: number): boolean {
  if (silentSensors(post, { signals }, at).length > 0) return false;
  return post.signals.every(({ limit }) => {
    const signal = signals[limit.name];
    return signal !== undefined && (signal.learning || signal.limit.votes.at(-1) === 'within');
  });
}

/** The sensors of which no usable reading has come for three periods: dead, or flagged as failed. */
export const silentSensors = (
  post: FirePost,
  { signals }: Pick<FireState, 'signals'>,
  at: number,
): ParameterId[] =>
  post.sensors
    .filter(({ parameter, periodS }) =>
      post.signals.some(
        ({ limit }) =>
          limit.parameter === parameter && isStale(signals[limit.name]?.limit.lastAt ?? 0, periodS, at),
      ),
    )
    .map(({ parameter }) => parameter);

/** More rain than one post alone may alarm in. */
export const isRainy = (
  { rain_above, rain_within_s }: FireSettings,
  { rain }: FireState,
  at: number,
): boolean => rainWithin(rain, at, rain_within_s) > rain_above;

/** The readings that say fire now: the newest of each signal, no older than signals may be apart. */
export const fireEvidence = (
  { together_s }: FireSettings,
  { signals }: FireState,
  at: number,
): FireEvidence[] =>
  Object.values(signals)
    .flatMap(({ seen }) => seen ?? [])
    .filter((seen) => seen.at >= at - together_s * 1000);
