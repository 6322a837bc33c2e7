/**
 * The audit log: who changed what, from where, and how it was before. An entry is written in the transaction of the change
 * that it tells, so that both are there or neither. Entries are numbered without holes, chained and signed as the records of
 * the feed are (gateway/ioc/signing.ts), and never removed.
 */
import type { AuditEntry, SealedAuditEntry } from '../../devices/wire/audit.ts';
import { actor } from '../actor.ts';
import { openSigner, type Signer } from '../ioc/signing.ts';
import type { Ledger } from '../ledger.ts';
import { contentOf, type Sides } from './content.ts';
import { withoutContacts } from './hidden.ts';

export interface AuditRecord extends Sides {
  /** Two words with a dot between, as `limits.set`. */
  readonly action: string;
  /** A stable id as a path, as `limits/song-han`; what belongs to a station has its id as one part. */
  readonly what: string;
  /** Vietnamese name of the station's area; null or absent: only who may see the whole province may see it. */
  readonly area?: string | null | undefined;
  readonly reason?: string | null | undefined;
}

export interface AuditQuery {
  readonly order: 'newest' | 'oldest';
  /** Goes on after this number in that order; null: from its beginning. */
  readonly after: number | null;
  readonly limit: number;
  /** One action, or all that begin with this word: `limits` for `limits.set`. */
  readonly action?: string | undefined;
  readonly who?: string | undefined;
  /** A part of `what`. */
  readonly station?: string | undefined;
  readonly area?: string | undefined;
  /** from ≤ at < to, epoch ms. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Only entries of these areas; null: all, also those of no area. */
  readonly areas: readonly string[] | null;
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** Number to go on after; null: there is no more. */
  readonly next: number | null;
}

export interface Audit {
  /** Within the transaction of the change; who and from where is the actor of the call. Throws when it cannot be written. */
  record(entry: AuditRecord): void;
  page(query: AuditQuery): AuditPage;
  /** Entries after a number, with hash and signature; `previous` is the hash before the first of them. */
  chain(
    after: number,
    limit: number,
  ): { readonly entries: readonly SealedAuditEntry[]; readonly previous: string | null };
  /** The newest entry; number 0 and hash '' while there is none. */
  head(): Head;
}

export interface Head {
  readonly number: number;
  readonly hash: string;
}

interface Row extends Omit<SealedAuditEntry, 'from' | 'before' | 'after'> {
  readonly place: string;
  readonly before: string;
  readonly after: string;
}

const MOST_REASON = 2000;
const MOST_NAME = 300;
/** Entries looked through for one answer. */
const LOOKED_THROUGH = 20_000;
/** Entries with much before and after are large: an answer must not take megabytes by the dozen. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/** Of whichever part has the ledger: it keeps nothing in memory, so that there may be many. */
export function createAudit(ledger: Pick<Ledger, 'db' | 'transaction'>, now: () => number): Audit {
  const { db } = ledger;
  const insert = db.prepare('INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const selectLast = db.prepare('SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1');
  const selectHash = db.prepare('SELECT hash FROM audit WHERE number = ?');
  const selectChain = db.prepare('SELECT * FROM audit WHERE number > ? ORDER BY number LIMIT ?');
  const matching = (order: 'ASC' | 'DESC') =>
    db.prepare(
      `SELECT * FROM audit WHERE number > :low AND number < :high
       AND (:action IS NULL OR action = :action OR substr(action, 1, length(:action) + 1) = :action || '.')
       AND (:who IS NULL OR who = :who) AND (:area IS NULL OR area = :area)
       AND (:station IS NULL OR instr('/' || what || '/', '/' || :station || '/') > 0)
       AND at >= :from AND at < :to AND (:areas IS NULL OR area IN (SELECT value FROM json_each(:areas)))
       ORDER BY number ${order} LIMIT :limit`,
    );
  const select = { oldest: matching('ASC'), newest: matching('DESC') };
  const selectKey = db.prepare('SELECT 1 FROM feed_key');
  /** Opened with the first entry; a key that is made with it may yet be rolled back, so that one is not remembered. */
  let opened: Signer | null = null;
  const signer = (): Signer => {
    if (opened !== null) return opened;
    const kept = selectKey.get() !== undefined;
    const found = openSigner(ledger);
    if (kept) opened = found;
    return found;
  };
  const last = (): Head => (selectLast.get() as unknown as Head | undefined) ?? { number: 0, hash: '' };

  return {
    record({ action, what, area = null, reason = null, ...sides }) {
      const { name, from } = actor();
      const { before, after } = contentOf(sides);
      const told = reason === null ? null : clean(withoutContacts(reason), MOST_REASON);
      const entry = {
        at: now(),
        who: clean(name, MOST_NAME),
        from: clean(from, MOST_NAME),
        action,
        what: clean(what, MOST_NAME),
        area,
        before: JSON.parse(before) as unknown,
        after: JSON.parse(after) as unknown,
        reason: told,
      };
      ledger.transaction(() => {
        const newest = last();
        const number = newest.number + 1;
        const { hash, signature } = signer().seal(newest.hash, { number, ...entry });
        const { at, who, from: place } = entry;
        insert.run(number, at, who, place, action, entry.what, area, before, after, told, hash, signature);
      });
    },
    page({ order, after, limit, action, who, station, area, from, to, areas }) {
      const end = last().number + 1;
      const [low, high] =
        order === 'oldest'
          ? [after ?? 0, (after ?? 0) + LOOKED_THROUGH + 1]
          : [Math.min(after ?? end, end) - LOOKED_THROUGH - 1, Math.min(after ?? end, end)];
      const rows = select[order].all({
        low,
        high,
        limit,
        action: action ?? null,
        who: who ?? null,
        station: station ?? null,
        area: area ?? null,
        from: from ?? 0,
        to: to ?? Number.MAX_SAFE_INTEGER,
        areas: areas && JSON.stringify(areas),
      }) as unknown as Row[];
      const lastRow = rows.at(-1)?.number;
      const whole = order === 'oldest' ? high >= end : low <= 0;
      const looked = order === 'oldest' ? high - 1 : low + 1;
      return {
        entries: rows.map(entryOf),
        next: rows.length === limit && lastRow !== undefined ? lastRow : whole ? null : looked,
      };
    },
    chain(after, limit) {
      const entries: SealedAuditEntry[] = [];
      let characters = 0;
      for (const row of selectChain.iterate(after, limit) as Iterable<unknown> as Iterable<Row>) {
        characters += row.before.length + row.after.length;
        if (entries.length > 0 && characters > MOST_CHARACTERS) break;
        entries.push({ ...entryOf(row), hash: row.hash, signature: row.signature });
      }
      const [first] = entries;
      if (first === undefined) return { entries, previous: null };
      const before = selectHash.get(first.number - 1) as { hash: string } | undefined;
      return { entries, previous: before?.hash ?? '' };
    },
    head: last,
  };
}

const clean = (text: string, most: number): string => text.slice(0, most).toWellFormed();

const entryOf = ({ number, at, who, place, action, what, area, before, after, reason }: Row): AuditEntry => ({
  number,
  at,
  who,
  from: place,
  action,
  what,
  area,
  before: JSON.parse(before) as unknown,
  after: JSON.parse(after) as unknown,
  reason,
});
