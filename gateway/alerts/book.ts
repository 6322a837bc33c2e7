/**
 * The book of alerts: merges the alarms of edges and flows into one alert a condition, and writes every transition, and
 * what of it is news into the feed, in one transaction. What decides is in the ledger, so that a restart neither repeats
 * nor forgets.
 */
import { LEVELS, type Level } from '../../devices/limit.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import type { AlertAnswer, IncidentAnswer, TransitionAnswer } from '../../devices/wire/api.ts';
import type { FeedEntry } from '../../devices/wire/feed.ts';
import type { Alarm } from '../../devices/wire/messages.ts';
import { createAudit } from '../audit/audit.ts';
import type { Catalog } from '../catalog.ts';
import type { Ledger } from '../ledger.ts';
import {
  type Alert,
  type Change,
  type Condition,
  GATEWAY,
  joinAlert,
  leaveAlert,
  markUnverified,
  openAlert,
  type Report,
  reportOf,
  withdrawReporter,
} from './alert.ts';
import { announced, feedKind } from './announcement.ts';
import { type AlertsByPeople, createAlertsByPeople } from './by-people.ts';
import { detectFlapping } from './flapping.ts';
import { createIncidents } from './incidents.ts';
import { awaitCause } from './inhibition.ts';
import { awaitStanding, foundToStand, isLate } from './late.ts';
import { createOutOfService, type OutOfService } from './out-of-service.ts';
import { passing, type Surroundings } from './passing.ts';
import { type AlertQuery, createAlertRows } from './rows.ts';
import { type AlertSettings, DEFAULT_ALERT_SETTINGS } from './settings.ts';
import { createShelves } from './shelves.ts';
import type { CauseOf, Finding, Silence } from './silence.ts';
import { subjectName } from './subject.ts';
import { createTransitions } from './transitions.ts';

export interface AlertBook extends AlertsByPeople {
  /** Takes an alarm over; durable on return. Repeats and messages older than one already taken are harmless. */
  report(alarm: Alarm, reporter: string): void;
  /** Takes over what is silent and what is not, as the gateway found it. */
  judge(findings: readonly Finding[]): void;
  /** Does what the time asks for: shelves that end, escalation, calm. Asking again changes nothing. */
  pass(): void;
  list(query: AlertQuery): AlertAnswer[];
  get(id: number): AlertAnswer | null;
  /** What people have to see. */
  open(): AlertAnswer[];
  /** All that is not cleared, whether it is quiet or not. */
  standing(): AlertAnswer[];
  /** The worst level of the open alerts of one point, null when none is open. */
  levelOf(station: string, parameter: ParameterId): Level | null;
  setUnverified(id: number, unverified: boolean): void;
  /** A person took away the rule of this reporter: without another reporter the alert is cleared, with that reason. */
  withdraw(id: number, reporter: string, by: string, reason: string): void;
  /** Of one alert, oldest first, after an id; null when there is no such alert. */
  transitions(id: number, after: number, limit: number): TransitionAnswer[] | null;
  /** Newest first, numbers below one; where stations are named, those with an alert of one of them. */
  incidents(
    state: 'open' | 'all',
    before: number,
    limit: number,
    stations?: readonly string[],
  ): IncidentAnswer[];
  incident(id: number): IncidentAnswer | null;
  /** Call `pass` after a change of it. */
  readonly outOfService: OutOfService;
}

export interface AlertBookParts {
  readonly ledger: Ledger;
  readonly catalog: Catalog;
  readonly feed: { append(entry: FeedEntry): unknown };
  readonly now: () => number;
  readonly settings?: AlertSettings;
  /** What is silent; nothing when absent. */
  readonly silence?: Pick<Silence, 'causes'>;
  /** Called after the transition is on disk. */
  onChange(alert: AlertAnswer): void;
}

export function createAlertBook(parts: AlertBookParts): AlertBook {
  const { ledger, catalog, feed, now, onChange, settings = DEFAULT_ALERT_SETTINGS, silence } = parts;
  const { db } = ledger;
  const rows = createAlertRows(ledger);
  const transitions = createTransitions(ledger);
  const shelves = createShelves(ledger);
  const audit = createAudit(ledger, now);
  const outOfService = createOutOfService(ledger, catalog, audit, now);
  const incidents = createIncidents(rows, catalog, settings.incident);
  const selectSeen = db.prepare('SELECT at FROM alarm_seen WHERE key = ? AND reporter = ?');
  const upsertSeen = db.prepare(
    'INSERT INTO alarm_seen VALUES (?, ?, ?) ON CONFLICT (key, reporter) DO UPDATE SET at = excluded.at',
  );

  const answer = (id: number, alert: Alert): AlertAnswer => {
    const { settles_at: _, ...shown } = alert;
    const origin = catalog.get(alert.station)?.origin;
    return { id: String(id), ...shown, station_name: subjectName(alert, catalog), ...(origin && { origin }) };
  };
  /** Asked for with every reading, so it is kept until an alert changes. */
  let levels: Map<string, Level> | null = null;
  let changed: AlertAnswer[] = [];

  /** What `work` writes is written together or not at all; then comes the news of it. */
  const transaction = <T>(work: () => T): T => {
    changed = [];
    const result = ledger.transaction(work);
    if (changed.length > 0) levels = null;
    for (const alert of changed) onChange(alert);
    return result;
  };

  const latches = (alert: Alert): boolean =>
    settings.latch.some(
      ({ kind, level, limit }) =>
        (kind ?? catalog.get(alert.station)?.kind) === catalog.get(alert.station)?.kind &&
        (level ?? alert.level) === alert.level &&
        (limit ?? alert.limit) === alert.limit,
    );
  const causesNow = (): CauseOf => silence?.causes() ?? (() => null);
  const around = (alert: Alert, causeOf: CauseOf): Surroundings => ({
    shelf: shelves.of(alert.key),
    outage: outOfService.of(alert.station, alert.parameter),
    cause: causeOf(alert),
    latches: latches(alert),
    settings,
    now: now(),
  });

  /** Writes one alert with its transitions, and its record in the feed when it is news. */
  const write = (id: number | null, before: Alert | null, changes: readonly Change[]): AlertAnswer | null => {
    const last = changes.at(-1);
    if (last === undefined) return null;
    const alert = announced(before, last.alert, now());
    const written = id ?? rows.insert(alert);
    if (id !== null) rows.update(id, alert);
    for (const change of changes) transitions.add(written, now(), change);
    const full = answer(written, alert);
    const kind = feedKind(before, alert, changes);
    // The notes of people are for those who look after the alert, not for every receiver.
    if (kind !== null) feed.append({ kind, alert: { ...full, notes: [] } });
    changed.push(full);
    return full;
  };
  const change = (
    id: number,
    next: (alert: Alert) => Change | null,
    also?: (before: Alert, change: Change) => void,
  ): AlertAnswer | null =>
    transaction(() => {
      const found = rows.get(id);
      const done = found && next(found.alert);
      if (!done) return null;
      also?.(found.alert, done);
      return write(id, found.alert, [done]);
    });

  /** Writes the changes of an alert with what the surroundings and its neighbours make of them. */
  const settle = (
    id: number | null,
    before: Alert | null,
    first: readonly Change[],
    causeOf = causesNow(),
  ): void => {
    const changes = [...first];
    const latest = changes.at(-1)?.alert ?? before;
    if (latest === null) return;
    changes.push(...passing(latest, around(latest, causeOf)));
    const last = changes.at(-1);
    if (last === undefined) return;
    const joined = incidents.join(announced(before, last.alert, now()));
    write(id, before, joined.change ? [...changes, joined.change] : changes);
    for (const other of joined.merged) write(other.id, other.alert, [other.change]);
  };

  /** A condition that was not there: whether it flaps, and whether its cause is to be waited for. */
  const opening = (raised: Change, report: Report): Change[] => {
    if (raised.alert.historical) return [raised];
    const { within_s } = settings.flapping;
    const raisedAt = [...transitions.raisesOf(raised.alert.key, report.at - within_s * 1000), report.at];
    const flapping = detectFlapping(raised.alert, raisedAt, settings.flapping);
    const waiting = awaitCause(flapping?.alert ?? raised.alert, settings.settle_s * 1000, now());
    return [raised, flapping, waiting].filter((change) => change !== null);
  };

  const raise = (report: Report, late: boolean): void => {
    const found = rows.standing(report.key);
    if (found === null) {
      const opened = openAlert(report);
      const raised = late ? { ...opened, alert: awaitStanding(opened.alert, settings, now()) } : opened;
      settle(null, null, opening(raised, report));
      return;
    }
    const { id, alert } = found;
    const joined = joinAlert(alert, report);
    if (joined === null) return;
    if (joined.kind === 'raised') {
      settle(id, alert, opening(joined, report));
      return;
    }
    const stands = alert.settles_at !== undefined && !late;
    settle(
      id,
      alert,
      stands ? [joined, foundToStand(joined.alert, `${report.reporter} says so now`)] : [joined],
    );
  };
  const clear = (report: Report): void => {
    const found = rows.standing(report.key);
    const left = found && leaveAlert(found.alert, report, latches(found.alert));
    if (left) write(found.id, found.alert, [left]);
  };

  const answers = (found: readonly { id: number; alert: Alert }[]): AlertAnswer[] =>
    found.map(({ id, alert }) => answer(id, alert));

  return {
    report(alarm, reporter) {
      transaction(() => {
        const told = reportOf(alarm, reporter);
        const seen = selectSeen.get(told.key, reporter) as { at: number } | undefined;
        // Whose time is in doubt comes after all that is known: alarms arrive in the order in which they were decided.
        const at = alarm.time_doubtful ? Math.max(alarm.at, (seen?.at ?? 0) + 1) : alarm.at;
        if (seen && at <= seen.at) return;
        upsertSeen.run(told.key, reporter, at);
        const taken = { ...told, at };
        // An edge without a clock sends its alarms at once: doubt about the time is no reason to let people sleep.
        const late = !alarm.time_doubtful && !alarm.historical && isLate(at, settings, now());
        if (alarm.state === 'raised') raise(taken, late);
        else clear(taken);
      });
    },
    judge(findings) {
      transaction(() => {
        const found = new Map(findings.map((finding) => [finding.key, finding]));
        const own = rows.allStanding().filter(({ alert }) => alert.about !== undefined);
        for (const { alert } of own) {
          const silent = found.get(alert.key)?.silent;
          if (silent === true || silent === null) continue;
          const reason = silent === false ? 'it is there again' : 'it is no longer announced';
          clear({ ...conditionOf(alert), reporter: GATEWAY, at: now(), reason });
        }
        const told = new Set(
          own.filter(({ alert }) => alert.reporters.length > 0).map(({ alert }) => alert.key),
        );
        for (const { silent, since, ...condition } of findings) {
          if (silent !== true || told.has(condition.key)) continue;
          const reason = `nothing since ${new Date(since).toISOString()}`;
          raise(
            { ...condition, parameter: '', level: 'warning', reporter: GATEWAY, at: now(), reason },
            false,
          );
        }
      });
    },
    pass() {
      transaction(() => {
        const causeOf = causesNow();
        for (const { id, alert } of rows.allStanding()) settle(id, alert, [], causeOf);
        shelves.removeExpired(now());
      });
    },
    list: (query) => answers(rows.list(query)),
    get(id) {
      const found = rows.get(id);
      return found && answer(found.id, found.alert);
    },
    open: () => answers(rows.open()),
    standing: () => answers(rows.allStanding()),
    levelOf(station, parameter) {
      levels ??= worstLevels(rows.open().map(({ alert }) => alert));
      return levels.get(pointKey(station, parameter)) ?? null;
    },
    ...createAlertsByPeople({ rows, shelves, audit, catalog, now, change }),
    setUnverified: (id, unverified) =>
      void change(id, (alert) => (alert.state === 'cleared' ? null : markUnverified(alert, unverified))),
    withdraw: (id, reporter, by, reason) =>
      void change(id, (alert) => withdrawReporter(alert, reporter, by, now(), reason)),
    transitions: (id, after, limit) => (rows.get(id) === null ? null : transitions.of(id, after, limit)),
    incidents: (state, before, limit, stations) => incidents.list(state, before, limit, stations),
    incident: (id) => incidents.get(id),
    outOfService,
  };
}

const conditionOf = ({ key, station, parameter, limit, level, about }: Alert): Condition => ({
  key,
  station,
  parameter,
  limit,
  level,
  about,
});

const pointKey = (station: string, parameter: string): string => `${station}/${parameter}`;

function worstLevels(alerts: readonly Alert[]): Map<string, Level> {
  const levels = new Map<string, Level>();
  for (const { station, parameter, level } of alerts) {
    const key = pointKey(station, parameter);
    const known = levels.get(key);
    if (known === undefined || LEVELS.indexOf(level) > LEVELS.indexOf(known)) levels.set(key, level);
  }
  return levels;
}
