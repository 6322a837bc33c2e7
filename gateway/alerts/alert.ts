/** One alert and how an alarm, a person or silence changes it. Pure. */
import { LEVELS, type Level } from '../../devices/limit.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { parameterOf } from '../../devices/parameter.ts';
import type { AlertAnswer } from '../../devices/wire/api.ts';
import type { Alarm } from '../../devices/wire/messages.ts';

/** An alert as the ledger keeps it: what people see, without what the catalog knows of its station. */
export type Alert = Omit<AlertAnswer, 'id' | 'station_name' | 'origin'> & { readonly parameter: ParameterId };

/** Evidence and notes kept on one alert; beyond it the oldest but the first go. */
const MAX_EVIDENCE = 50;
const MAX_NOTES = 100;

/** One condition has one key, whoever reports it. */
export const alertKey = ({ station, parameter, limit }: Alarm): string => `${station}/${parameter}/${limit}`;

const evidenceOf = (alarm: Alarm, reporter: string): Alert['evidence'][number] => ({
  at: alarm.at,
  value: alarm.value,
  threshold: alarm.threshold,
  unit: parameterOf(alarm.parameter).unit,
  state: alarm.state,
  reporter,
});

const bounded = <T>(items: readonly T[], max: number): T[] =>
  items.length <= max ? [...items] : [...items.slice(0, 1), ...items.slice(1 - max)];

const worse = (a: Level, b: Level): Level => (LEVELS.indexOf(a) >= LEVELS.indexOf(b) ? a : b);

export const openAlert = (alarm: Alarm, reporter: string): Alert => ({
  key: alertKey(alarm),
  station: alarm.station,
  parameter: alarm.parameter,
  limit: alarm.limit,
  level: alarm.level,
  state: 'active',
  unverified: false,
  opened_at: alarm.at,
  cleared_at: null,
  acknowledged_by: null,
  acknowledged_at: null,
  reporters: [reporter],
  evidence: [evidenceOf(alarm, reporter)],
  notes: [],
});

/** Another reporter says so too, or the level rises; the same said again changes nothing. */
export function joinAlert(alert: Alert, alarm: Alarm, reporter: string): Alert | null {
  const level = worse(alert.level, alarm.level);
  if (alert.reporters.includes(reporter) && level === alert.level) return null;
  return {
    ...alert,
    level,
    reporters: [...new Set([...alert.reporters, reporter])],
    evidence: bounded([...alert.evidence, evidenceOf(alarm, reporter)], MAX_EVIDENCE),
  };
}

/** It is cleared when nobody reports it any more. A reporter that never reported it has no say. */
export function leaveAlert(alert: Alert, alarm: Alarm, reporter: string): Alert | null {
  if (!alert.reporters.includes(reporter)) return null;
  const reporters = alert.reporters.filter((name) => name !== reporter);
  const cleared = reporters.length === 0;
  return {
    ...alert,
    reporters,
    state: cleared ? 'cleared' : alert.state,
    unverified: cleared ? false : alert.unverified,
    cleared_at: cleared ? alarm.at : null,
    evidence: bounded([...alert.evidence, evidenceOf(alarm, reporter)], MAX_EVIDENCE),
  };
}

export function acknowledgeAlert(alert: Alert, by: string, at: number, note: string | undefined): Alert {
  const acknowledged = { ...alert, state: 'acknowledged' as const, acknowledged_by: by, acknowledged_at: at };
  return note === undefined ? acknowledged : noteAlert(acknowledged, by, at, note);
}

export const noteAlert = (alert: Alert, by: string, at: number, text: string): Alert => ({
  ...alert,
  notes: bounded([...alert.notes, { at, by, text }], MAX_NOTES),
});
