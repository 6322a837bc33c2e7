/** One alert and how an alarm or a person changes it. Pure: the alert before and what happened in, the change out. */
import { LEVELS, type Level } from '../../devices/limit.ts';
import { parameterOf } from '../../devices/parameter.ts';
import type { AlertAnswer, TransitionAnswer } from '../../devices/wire/api.ts';
import type { Alarm } from '../../devices/wire/messages.ts';

/** An alert as the ledger keeps it: what people see, without what the catalog knows of its station. */
export type Alert = Omit<AlertAnswer, 'id' | 'station_name' | 'origin' | 'announced_at'> & {
  readonly announced_at: number | null;
  /** A late alarm: when it is known to stand if nobody has cleared it, epoch ms. */
  readonly settles_at?: number | undefined;
};
export type Evidence = Alert['evidence'][number];

/** The alert after, and what the record of it says. */
export interface Change {
  readonly alert: Alert;
  readonly kind: TransitionAnswer['kind'];
  /** A person or a reporter; null: the gateway by itself. */
  readonly by: string | null;
  readonly reason?: string | undefined;
  readonly reading?: Evidence | undefined;
}

/** What an alert is about: its key tells it from all others. */
export type Condition = Pick<Alert, 'key' | 'station' | 'parameter' | 'limit' | 'level' | 'about'>;

/** What a reporter says of a condition: an alarm, or what the gateway itself found. */
export interface Report extends Condition {
  readonly reporter: string;
  readonly at: number;
  readonly no_data?: true | undefined;
  readonly historical?: true | undefined;
  readonly reason?: string | undefined;
  readonly evidence?: Evidence;
}

/** The reporter of what the gateway finds by itself: silence, and limits on what it derives. */
export const GATEWAY = 'gateway';

/** Evidence and notes kept on one alert; beyond it the oldest but the first go. */
const MAX_EVIDENCE = 50;
const MAX_NOTES = 100;

/** One condition has one key, whoever reports it. */
export const alertKey = ({ station, parameter, limit }: Alarm): string => `${station}/${parameter}/${limit}`;

export const reportOf = (alarm: Alarm, reporter: string): Report => ({
  // Beside what is of now: the same condition may stand, or not, whatever was last week.
  key: alarm.historical ? `historical:${alertKey(alarm)}` : alertKey(alarm),
  station: alarm.station,
  parameter: alarm.parameter,
  limit: alarm.limit,
  level: alarm.level,
  reporter,
  at: alarm.at,
  no_data: alarm.no_data,
  historical: alarm.historical,
  evidence: evidenceOf(alarm, reporter),
});

const evidenceOf = (alarm: Alarm, reporter: string): Evidence => ({
  at: alarm.at,
  value: alarm.value,
  threshold: alarm.threshold,
  unit: alarm.no_data ? 's' : parameterOf(alarm.parameter).unit,
  state: alarm.state,
  reporter,
  ...(alarm.source && { source: alarm.source }),
  ...(alarm.within_s !== undefined && { within_s: alarm.within_s }),
  ...(alarm.because && {
    because: alarm.because.map((reading) => ({ ...reading, unit: parameterOf(reading.parameter).unit })),
  }),
});

const bounded = <T>(items: readonly T[], max: number): T[] =>
  items.length <= max ? [...items] : [...items.slice(0, 1), ...items.slice(1 - max)];

const withEvidence = (alert: Alert, evidence: Evidence | undefined): Evidence[] =>
  evidence === undefined ? alert.evidence : bounded([...alert.evidence, evidence], MAX_EVIDENCE);

export const isWorse = (a: Level, b: Level): boolean => LEVELS.indexOf(a) > LEVELS.indexOf(b);

/** It stands, and wakes nobody. */
export const isQuiet = ({ shelved, out_of_service, inhibited, historical }: Alert): boolean =>
  [shelved, out_of_service, inhibited, historical].some((cause) => cause !== undefined);

/** Somebody should look at it: nobody has acknowledged it, and nothing keeps it quiet. */
export const isWaiting = (alert: Alert): boolean =>
  !isQuiet(alert) && alert.state !== 'cleared' && alert.acknowledged_by === null;

/** It is for people's eyes anew: whoever acknowledged it did so of something else. */
const anew = { acknowledged_by: null, acknowledged_at: null, escalated_at: undefined } as const;

export function openAlert(report: Report): Change {
  const { reporter, at, reason, evidence, ...condition } = report;
  const alert: Alert = {
    ...condition,
    state: 'active',
    unverified: false,
    opened_at: at,
    cleared_at: null,
    acknowledged_by: null,
    acknowledged_at: null,
    announced_at: null,
    reporters: [reporter],
    evidence: evidence === undefined ? [] : [evidence],
    notes: [],
  };
  return { alert, kind: 'raised', by: reporter, reason, reading: evidence };
}

/** Another reporter says so too, the level rises or it is back; the same said again changes nothing. */
export function joinAlert(alert: Alert, report: Report): Change | null {
  const { reporter, evidence } = report;
  const joins = !alert.reporters.includes(reporter);
  const worsens = isWorse(report.level, alert.level) && !isCorrected(alert, report.level);
  if (!joins && !worsens) return null;
  const back = alert.reporters.length === 0;
  const joined: Alert = {
    ...alert,
    level: worsens ? report.level : alert.level,
    ...(worsens && { corrected: undefined }),
    reporters: [...new Set([...alert.reporters, reporter])],
    cleared_at: null,
    evidence: withEvidence(alert, evidence),
    ...(alert.flapping && { flapping: flapped(alert.flapping, report.at, back) }),
    // Whoever took a warning has not seen that it is critical now; what had gone and is back, nobody has taken.
    ...(worsens || alert.state === 'latched' ? { ...anew, state: 'active' as const } : {}),
  };
  const kind = worsens ? 'worsened' : !back ? 'joined' : alert.flapping ? 'flapped' : 'raised';
  return { alert: joined, kind, by: reporter, reading: evidence };
}

/**
 * It is over when nobody reports it any more: cleared, latched when a person must reset it, or still one alert while it
 * is flapping. A reporter that never reported it has no say.
 */
export function leaveAlert(alert: Alert, report: Report, latches: boolean): Change | null {
  const { reporter, evidence, at, reason } = report;
  if (!alert.reporters.includes(reporter)) return null;
  const reporters = alert.reporters.filter((name) => name !== reporter);
  const left: Alert = { ...alert, reporters, evidence: withEvidence(alert, evidence) };
  const change = { by: reporter, reason, reading: evidence };
  if (reporters.length > 0) return { ...change, alert: left, kind: 'left' };
  if (alert.flapping)
    return { ...change, alert: { ...left, flapping: flapped(alert.flapping, at, false) }, kind: 'flapped' };
  return { ...change, ...end(left, at, latches) };
}

/** The condition is gone: since `at`, epoch ms. */
export function end(alert: Alert, at: number, latches: boolean): { alert: Alert; kind: Change['kind'] } {
  const over = { ...alert, unverified: false, cleared_at: at };
  if (latches && alert.historical === undefined)
    return { alert: { ...over, state: 'latched' }, kind: 'latched' };
  return { alert: cleared(over), kind: 'cleared' };
}

/** What kept it quiet ends with it, but for what it is: a record of a time that is over. */
const cleared = (alert: Alert): Alert => ({
  ...alert,
  state: 'cleared',
  shelved: undefined,
  out_of_service: undefined,
  inhibited: undefined,
  settles_at: undefined,
});

const flapped = (flapping: NonNullable<Alert['flapping']>, at: number, raised: boolean) => ({
  ...flapping,
  raises: flapping.raises + (raised ? 1 : 0),
  last_at: Math.max(flapping.last_at, at),
});

/**
 * A person took away the rule by which this reporter reports it. Without another reporter it is cleared at once, latched
 * or flapping as it may be: nothing is left that could come back.
 */
export function withdrawReporter(
  alert: Alert,
  reporter: string,
  by: string,
  at: number,
  reason: string,
): Change | null {
  if (!alert.reporters.includes(reporter)) return null;
  const reporters = alert.reporters.filter((name) => name !== reporter);
  const left = noteAlert({ ...alert, reporters }, by, at, reason).alert;
  if (reporters.length > 0) return { alert: left, kind: 'left', by, reason };
  return { alert: cleared({ ...left, unverified: false, cleared_at: at }), kind: 'cleared', by, reason };
}

/** A latched alert stays latched: somebody has seen it, and it is still to be reset. */
export function acknowledgeAlert(alert: Alert, by: string, at: number, note: string | undefined): Change {
  const acknowledged: Alert = {
    ...alert,
    state: alert.state === 'latched' ? 'latched' : 'acknowledged',
    acknowledged_by: by,
    acknowledged_at: at,
  };
  const noted = note === undefined ? acknowledged : noteAlert(acknowledged, by, at, note).alert;
  return { alert: noted, kind: 'acknowledged', by, reason: note };
}

export const noteAlert = (alert: Alert, by: string, at: number, text: string): Change => ({
  alert: { ...alert, notes: bounded([...alert.notes, { at, by, text }], MAX_NOTES) },
  kind: 'noted',
  by,
  reason: text,
});

/** A person says that the level is wrong. Who took an alert that is worse now has not seen that. */
export function correctAlert(alert: Alert, by: string, at: number, level: Level, reason: string): Change {
  const from = alert.corrected?.from ?? alert.level;
  const worse = isWorse(level, alert.level) && alert.state === 'acknowledged';
  return {
    alert: {
      ...alert,
      level,
      corrected: { by, reason, since: at, from },
      ...(worse && { ...anew, state: 'active' as const }),
    },
    kind: 'corrected',
    by,
    reason,
  };
}

/** A level that a person has corrected comes back only as something worse. */
const isCorrected = ({ corrected }: Alert, level: Level): boolean =>
  corrected !== undefined && !isWorse(level, corrected.from);

/** A person says that it never was. Whoever reports it still, and says so anew, opens another alert. */
export const retractAlert = (alert: Alert, by: string, at: number, reason: string): Change => ({
  alert: {
    ...cleared(alert),
    reporters: [],
    unverified: false,
    cleared_at: alert.cleared_at ?? at,
    retracted: { by, reason, since: at },
  },
  kind: 'retracted',
  by,
  reason,
});

export const resetAlert = (alert: Alert, by: string, note: string | undefined): Change => ({
  alert: cleared(alert),
  kind: 'reset',
  by,
  reason: note,
});

export const markUnverified = (alert: Alert, unverified: boolean): Change | null =>
  alert.unverified === unverified
    ? null
    : { alert: { ...alert, unverified }, kind: unverified ? 'unverified' : 'verified', by: null };
