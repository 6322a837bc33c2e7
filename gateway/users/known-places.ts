/**
 * From where each name has got in, kept in the ledger: a restart must not make strangers of people whose name is being guessed.
 * Of a place there is only a hash. Written once a second for all: a thousand edges that come back together are one commit.
 */
import { createHash } from 'node:crypto';
import type { KnownPlaces } from '../../devices/kit/attempts.ts';
import type { Ledger } from '../ledger.ts';

const DAY_MS = 86_400_000;
/** From where a name has not got in for so long is forgotten. */
const KEEP_MS = 180 * DAY_MS;
/** Of one name; the one used longest ago makes room. */
const MOST_PLACES = 50;
const WRITE_MS = 1000;

/** `kind`: a person and a machine of one name are two. */
export function createKnownPlaces(ledger: Ledger, kind: 'user' | 'account', now: () => number): KnownPlaces {
  const { db } = ledger;
  const select = db.prepare('SELECT at FROM known_place WHERE kind = ? AND name = ? AND place = ?');
  const insert = db.prepare(
    `INSERT INTO known_place SELECT ?, name, ?, ? FROM ${kind} WHERE name = ?
     ON CONFLICT (kind, name, place) DO UPDATE SET at = excluded.at`,
  );
  const deleteOver = db.prepare(
    `DELETE FROM known_place WHERE kind = ? AND name = ? AND place NOT IN
     (SELECT place FROM known_place WHERE kind = ? AND name = ? ORDER BY at DESC LIMIT ${MOST_PLACES})`,
  );
  const deleteOld = db.prepare(
    `DELETE FROM known_place WHERE kind = ? AND (at <= ? OR name NOT IN (SELECT name FROM ${kind}))`,
  );
  const placeOf = (name: string, network: string): string =>
    createHash('sha256')
      .update(JSON.stringify([kind, name, network]))
      .digest('base64url');
  /** What is not in the ledger yet: name by place. */
  const waiting = new Map<string, string>();

  // What was learned in the last second of a process, or what a disk refuses, is lost: it is learned again at the next login.
  const write = (): void => {
    if (!db.isOpen) return;
    try {
      ledger.transaction(() => {
        for (const [place, name] of waiting) {
          insert.run(kind, place, now(), name);
          deleteOver.run(kind, name, kind, name);
        }
        deleteOld.run(kind, now() - KEEP_MS);
      });
    } catch {
      // The gateway goes on: a login that was good stays so.
    }
    waiting.clear();
  };
  const seenAt = (name: string, place: string): number => {
    const row = select.get(kind, name, place) as { at: number } | undefined;
    return row === undefined || row.at <= now() - KEEP_MS ? Number.NEGATIVE_INFINITY : row.at;
  };

  return {
    has(name, network) {
      const place = placeOf(name, network);
      return waiting.has(place) || seenAt(name, place) > Number.NEGATIVE_INFINITY;
    },
    add(name, network) {
      const place = placeOf(name, network);
      if (waiting.has(place) || seenAt(name, place) > now() - DAY_MS) return;
      waiting.set(place, name);
      if (waiting.size === 1) setTimeout(write, WRITE_MS).unref();
    },
  };
}
