/** The sirens that plans sound, in the ledger: which station's, for which subject, and what its alerts' timelines say of it. */
import { MOST_CALL_MS } from '../../../devices/wire/messages.ts';
import type { Ledger } from '../../ledger.ts';

export interface Call {
  readonly id: number;
  readonly station: string;
  readonly subject: number;
  /** Epoch ms. */
  readonly since: number;
  readonly until: number;
  /** Those that it is for, the worst and newest first. */
  readonly alerts: readonly number[];
  /** null: it is to sound. */
  readonly ended_at: number | null;
  /** The last word on the timelines; null: none since it was to sound. */
  readonly told: Told | null;
}

export type Told = 'sounded' | 'not sounded' | 'not silenced';

/** Kinds of transition, `devices/wire/api.ts`. */
export type SirenTransition = 'sounded' | 'silenced' | 'not confirmed';

export interface SirenCalls {
  /** Anew when it sounds already, for a while. Without an alert that waits for somebody nothing is sounded. */
  sound(subject: number, stations: readonly string[]): void;
  silence(subject: number): void;
  /** A subject has become part of another. */
  move(from: number, to: number): void;
  /** Ends those whose time is over. */
  expire(): void;
  none(): boolean;
  /** Ended ones too, until they are removed. */
  all(): Call[];
  end(id: number): void;
  /** Writes it on the timeline of each alert of the call. */
  say(call: Call, told: Told | null, kind: SirenTransition, reason: string): void;
  remove(id: number): void;
}

/** A siren that sounds is sounded anew no sooner: a storm must fill neither the line nor the timeline. */
export const ANEW_MS = 10_000;
/** Alerts of one call whose timelines tell of it. */
const MOST_ALERTS = 200;
/** Subjects for which a station's sirens sound at once. In a storm more of them would say nothing new; a repeat may find room. */
const MOST_STANDING = 100;

export function createSirenCalls({ db }: Ledger, now: () => number): SirenCalls {
  const selectAlerts = db.prepare(
    `SELECT alert FROM notice_member WHERE subject = ? AND status = 'waiting' ORDER BY level DESC, alert DESC LIMIT ?`,
  );
  const countOthers = db.prepare(
    'SELECT count(*) AS count FROM siren_call WHERE station = ? AND subject <> ? AND ended_at IS NULL',
  );
  const upsert = db.prepare(
    `INSERT INTO siren_call (station, subject, since, until, alerts) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (station, subject) WHERE ended_at IS NULL
     DO UPDATE SET since = excluded.since, until = excluded.until, alerts = excluded.alerts, told = NULL
     WHERE abs(excluded.since - siren_call.since) >= ${ANEW_MS}`,
  );
  const silence = db.prepare('UPDATE siren_call SET ended_at = ? WHERE subject = ? AND ended_at IS NULL');
  const move = db.prepare(
    'UPDATE OR IGNORE siren_call SET subject = ? WHERE subject = ? AND ended_at IS NULL',
  );
  const expire = db.prepare('UPDATE siren_call SET ended_at = ?1 WHERE until <= ?1 AND ended_at IS NULL');
  const selectAny = db.prepare('SELECT 1 FROM siren_call LIMIT 1');
  const select = db.prepare('SELECT * FROM siren_call ORDER BY station, id');
  const end = db.prepare('UPDATE siren_call SET ended_at = ? WHERE id = ?');
  const tell = db.prepare('UPDATE siren_call SET told = ? WHERE id = ?');
  const insertTransitions = db.prepare(
    `INSERT INTO alert_transition (alert, key, at, read_at, kind, reason)
     SELECT id, key, ?1, ?1, ?2, ?3 FROM alert WHERE id IN (SELECT value FROM json_each(?4))`,
  );
  const remove = db.prepare('DELETE FROM siren_call WHERE id = ?');
  return {
    sound(subject, stations) {
      const alerts = selectAlerts.all(subject, MOST_ALERTS).map(({ alert }) => Number(alert));
      if (alerts.length === 0) return;
      for (const station of new Set(stations)) {
        const others = Number(countOthers.get(station, subject)?.count);
        if (others < MOST_STANDING)
          upsert.run(station, subject, now(), now() + MOST_CALL_MS, JSON.stringify(alerts));
      }
    },
    silence: (subject) => void silence.run(now(), subject),
    move: (from, to) => void move.run(to, from),
    expire: () => void expire.run(now()),
    none: () => selectAny.get() === undefined,
    all: () =>
      (select.all() as unknown as (Omit<Call, 'alerts'> & { alerts: string })[]).map(
        ({ alerts, ...call }) => ({
          ...call,
          alerts: JSON.parse(alerts),
        }),
      ),
    end: (id) => void end.run(now(), id),
    say({ id, alerts }, told, kind, reason) {
      insertTransitions.run(now(), kind, reason, JSON.stringify(alerts));
      tell.run(told, id);
    },
    remove: (id) => void remove.run(id),
  };
}
