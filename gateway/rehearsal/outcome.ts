/** What came of a rule, in numbers and as a timeline: collected while it is rehearsed. */
import type { AlertAnswer } from '../../devices/wire/api.ts';
import type { RehearsalOutcome, RehearsedAlert } from '../../devices/wire/rehearsal.ts';
import { isWorse } from '../alerts/alert.ts';

/** The storm is counted within this. */
const STORM_MS = 600_000;
/** Alerts in a timeline. */
const MOST_IN_TIMELINE = 1000;

export interface Collector {
  changed(alert: AlertAnswer): void;
  /** It stands, or is back or worse, and people are told. */
  told(at: number): void;
  /** Changes so far. */
  readonly changes: number;
  /** `from` and `to`: what was rehearsed; an alert that stands at the end is counted up to it. `stoppedAt`: where it was given up. */
  outcome(from: number, to: number, stoppedAt: number | null): RehearsalOutcome;
}

export function createCollector(): Collector {
  const alerts = new Map<string, RehearsedAlert>();
  const told: number[] = [];
  const marked = new Map<string, boolean>();
  let changes = 0;
  let unverified = 0;

  return {
    get changes() {
      return changes;
    },
    changed(alert) {
      changes++;
      const before = alerts.get(alert.id);
      if (alert.unverified && !marked.get(alert.id)) unverified++;
      marked.set(alert.id, alert.unverified);
      alerts.set(alert.id, {
        station: alert.station,
        parameter: alert.parameter,
        limit: alert.limit,
        level: alert.level,
        opened_at: alert.opened_at,
        cleared_at: alert.cleared_at,
        told_at: before?.told_at ?? alert.announced_at ?? null,
        flapping: before?.flapping === true || alert.flapping !== undefined,
      });
    },
    told: (at) => void told.push(at),
    outcome(from, planned, stoppedAt) {
      const to = stoppedAt ?? planned;
      const all = [...alerts.values()].sort((a, b) => a.opened_at - b.opened_at);
      const loud = all.filter(({ told_at }) => told_at !== null);
      const lengths = loud.map((alert) => lengthS(alert, to));
      const [first = null] = told;
      return {
        alerts: loud.length,
        quiet: all.length - loud.length,
        unverified,
        by_limit: byLimit(loud, to),
        total_s: sum(lengths),
        longest_s: lengths.reduce((longest, length) => Math.max(longest, length), 0),
        storm: stormOf(told),
        first_at: first,
        first_after_s: first === null ? null : (first - from) / 1000,
        timeline: all.slice(0, MOST_IN_TIMELINE),
        cut: all.length > MOST_IN_TIMELINE,
        stopped_at: stoppedAt,
      };
    },
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, next) => total + next, 0);

const lengthS = ({ opened_at, cleared_at }: RehearsedAlert, to: number): number =>
  Math.max(0, (cleared_at ?? to) - opened_at) / 1000;

function byLimit(alerts: readonly RehearsedAlert[], to: number): RehearsalOutcome['by_limit'] {
  const groups = Map.groupBy(alerts, ({ parameter, limit }) => `${parameter}/${limit}`);
  return Array.from(groups.values(), (group) => {
    const [first] = group as [RehearsedAlert];
    return {
      parameter: first.parameter,
      limit: first.limit,
      level: group.reduce((worst, { level }) => (isWorse(level, worst) ? level : worst), first.level),
      alerts: group.length,
      total_s: sum(group.map((alert) => lengthS(alert, to))),
    };
  }).sort((a, b) => b.alerts - a.alerts);
}

/** `told`: times, ascending. */
export function stormOf(told: readonly number[]): RehearsalOutcome['storm'] {
  let storm: RehearsalOutcome['storm'] = null;
  let oldest = 0;
  for (const [newest, at] of told.entries()) {
    while ((told[oldest] ?? at) <= at - STORM_MS) oldest++;
    const count = newest - oldest + 1;
    if (count > (storm?.alerts ?? 0)) storm = { alerts: count, from: told[oldest] ?? at };
  }
  return storm;
}
