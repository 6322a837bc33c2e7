/** A photograph of each station, as somebody who was there took it. Kept in the ledger, so that a backup has it. */
import { createHash } from 'node:crypto';
import type { PhotoFacts } from '../devices/wire/station.ts';
import { actor } from './actor.ts';
import type { Audit } from './audit/audit.ts';
import type { Catalog } from './catalog.ts';
import type { Ledger } from './ledger.ts';

export const PHOTO_SCHEMA = `
  CREATE TABLE station_photo (
    station TEXT PRIMARY KEY, version TEXT NOT NULL, type TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL,
    body BLOB NOT NULL) STRICT;
`;

export interface Photos {
  of(station: string): PhotoFacts | null;
  /** The picture itself, if that version is the one there is. */
  body(station: string, version: string): { readonly type: string; readonly body: Uint8Array } | null;
  /** Replaces the one there is. Null: it is no picture of a kind that browsers show. */
  put(station: string, body: Uint8Array): PhotoFacts | null;
  /** Answers whether there was one. */
  remove(station: string): boolean;
}

/** What browsers show, by its first bytes: what it is called says nothing. */
function typeOf(body: Uint8Array): PhotoFacts['type'] | null {
  const head = Buffer.from(body.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? 'image/webp' : null;
}

interface PhotosParts {
  readonly ledger: Ledger;
  readonly audit: Pick<Audit, 'record'>;
  readonly catalog: Pick<Catalog, 'get'>;
  readonly now: () => number;
}

export function createPhotos({ ledger: { db, transaction }, audit, catalog, now }: PhotosParts): Photos {
  const facts = db.prepare(
    'SELECT version, type, at, by, length(body) AS bytes FROM station_photo WHERE station = ?',
  );
  const select = db.prepare('SELECT type, body FROM station_photo WHERE station = ? AND version = ?');
  const upsert = db.prepare('INSERT OR REPLACE INTO station_photo VALUES (?, ?, ?, ?, ?, ?)');
  const remove = db.prepare('DELETE FROM station_photo WHERE station = ?');
  const of = (station: string): PhotoFacts | null => (facts.get(station) as PhotoFacts | undefined) ?? null;
  const record = (action: string, station: string, before: PhotoFacts | null): void =>
    audit.record({
      action,
      what: `photos/${station}`,
      area: catalog.get(station)?.area.vi,
      before,
      after: of(station),
    });
  return {
    of,
    body: (station, version) =>
      (select.get(station, version) as { type: string; body: Uint8Array } | undefined) ?? null,
    put(station, body) {
      const type = typeOf(body);
      if (type === null) return null;
      const version = createHash('sha256').update(body).digest('hex').slice(0, 32);
      const before = of(station);
      transaction(() => {
        upsert.run(station, version, type, now(), actor().name, body);
        record('photo.set', station, before);
      });
      return of(station);
    },
    remove(station) {
      const before = of(station);
      if (before === null) return false;
      transaction(() => {
        remove.run(station);
        record('photo.remove', station, before);
      });
      return true;
    },
  };
}
