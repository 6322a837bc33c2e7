/** What a limit would have told beside what it has told: numbers, days, and each alert. Pure. */
import { DAY_MS, dayStart } from '../../../../devices/local-time.ts';
import type {
  RehearsalAnswer,
  RehearsalOutcome,
  RehearsedAlert,
} from '../../../../devices/wire/rehearsal.ts';

export const DAYS = 30;
/** A baseline begins empty: it is given the time that it looks back over. */
const LEARNING_DAYS = 14;

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The time that is rehearsed and the part of it that is counted, up to `now`. */
export function rehearsedSpan(
  now: number,
  learns: boolean,
): { readonly asked: Span; readonly counted: Span } {
  const counted = { from: now - DAYS * DAY_MS, to: now };
  return { counted, asked: { ...counted, from: counted.from - (learns ? LEARNING_DAYS * DAY_MS : 0) } };
}

export interface Told {
  readonly alerts: number;
  /** That stood and woke nobody. */
  readonly quiet: number;
  readonly totalS: number;
  readonly longestS: number;
}

export interface Key {
  readonly parameter: string;
  readonly name: string;
}

const isOf =
  ({ parameter, name }: Key) =>
  (alert: RehearsedAlert): boolean =>
    alert.parameter === parameter && alert.limit === name;

export const alertsOf = (outcome: RehearsalOutcome, key: Key, span: Span): RehearsedAlert[] =>
  outcome.timeline
    .filter(isOf(key))
    .filter(({ cleared_at }) => cleared_at === null || cleared_at > span.from);

/** How long an alert stood within the span, s. */
const stoodS = ({ opened_at, cleared_at }: RehearsedAlert, { from, to }: Span): number =>
  Math.max(0, (Math.min(cleared_at ?? to, to) - Math.max(opened_at, from)) / 1000);

export function toldBy(outcome: RehearsalOutcome, key: Key, span: Span): Told {
  const alerts = alertsOf(outcome, key, span);
  const lengths = alerts.map((alert) => stoodS(alert, span));
  const told = alerts.filter(({ told_at }) => told_at !== null).length;
  return {
    alerts: told,
    quiet: alerts.length - told,
    totalS: lengths.reduce((sum, length) => sum + length, 0),
    longestS: Math.max(0, ...lengths),
  };
}

export interface Day {
  /** Its start in Vietnam, epoch ms. */
  readonly at: number;
  readonly opened: number;
  readonly stoodS: number;
}

/** Each Vietnamese day of the span, the first and the last in part. */
export function daysOf(alerts: readonly RehearsedAlert[], span: Span): Day[] {
  const days: Day[] = [];
  for (let at = dayStart(span.from); at < span.to; at += DAY_MS) {
    const day = { from: Math.max(at, span.from), to: Math.min(at + DAY_MS, span.to) };
    days.push({
      at,
      opened: alerts.filter(({ opened_at }) => opened_at >= day.from && opened_at < day.to).length,
      stoodS: alerts.reduce((sum, alert) => sum + stoodS(alert, day), 0),
    });
  }
  return days;
}

export interface Pair {
  readonly tried: RehearsedAlert | null;
  readonly present: RehearsedAlert | null;
}

/** Alerts of both that stood at the same time belong together; newest first. */
export function pairs(tried: readonly RehearsedAlert[], present: readonly RehearsedAlert[]): Pair[] {
  const left = new Set(present);
  const meets = (a: RehearsedAlert, b: RehearsedAlert): boolean =>
    a.opened_at <= (b.cleared_at ?? Number.POSITIVE_INFINITY) &&
    b.opened_at <= (a.cleared_at ?? Number.POSITIVE_INFINITY);
  const found: Pair[] = tried.map((one) => {
    const other = [...left].find((candidate) => meets(one, candidate)) ?? null;
    if (other !== null) left.delete(other);
    return { tried: one, present: other };
  });
  const openedAt = ({ tried: a, present: b }: Pair): number => (a ?? b)?.opened_at ?? 0;
  return [...found, ...[...left].map((one) => ({ tried: null, present: one }))].sort(
    (a, b) => openedAt(b) - openedAt(a),
  );
}

/** Its numbers are not those of the whole time. */
export const isPartial = ({ rehearsed, present }: RehearsalAnswer): boolean =>
  [rehearsed, present].some((outcome) => outcome !== null && (outcome.cut || outcome.stopped_at !== null));
