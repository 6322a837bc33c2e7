/** The feed for the operations centre: records numbered without holes, chained and signed, kept in the ledger. */
import type { FeedEntry, FeedKey, FeedRecord } from '../../devices/wire/feed.ts';
import type { Ledger } from '../ledger.ts';
import { chainOlderRecords } from './feed-chain.ts';
import { createRemoval } from './feed-retention.ts';
import { createNews } from './news.ts';
import { openSigner } from './signing.ts';

export interface FeedQuery {
  /** Number of the last record that the receiver has. */
  readonly after: number;
  readonly limit: number;
  /** Only these; all when absent. */
  readonly kinds?: ReadonlySet<FeedEntry['kind']> | undefined;
}

export interface FeedPage {
  /** JSON of one record each: as it was hashed, whatever the forms of today are. */
  readonly texts: readonly string[];
  /** What to ask after next. */
  readonly next: number;
  /** Hash of the record before the first of these, '' before the first of all; null when there are none. */
  readonly previous: string | null;
}

export interface Feed {
  /** Call it within the transaction of what it tells. Answers the number of the record. */
  append(entry: FeedEntry): number;
  after(number: number, limit: number): FeedRecord[];
  page(query: FeedQuery): FeedPage;
  newest(): number;
  /** Of the oldest record that is kept; 1 while there is none. */
  oldest(): number;
  /** Resolves when a record may have been added since the call. */
  added(signal: AbortSignal): Promise<void>;
  /** Removes at most `limit` of the records of before this, epoch ms, the oldest first and never the newest; answers how many. */
  removeBefore(at: number, limit: number): number;
  readonly publicKey: FeedKey;
}

interface Row {
  readonly number: number;
  readonly at: number;
  readonly kind: FeedEntry['kind'];
  readonly body: string;
  readonly hash: string;
  readonly signature: string;
}

/** Some records of alerts are large: an answer must not take megabytes by the dozen. */
const MAX_PAGE_CHARACTERS = 8 * 1024 * 1024;
/** Records looked through for one answer of some kinds only. */
const LOOKED_THROUGH = 20_000;

export function createFeed(ledger: Ledger, now: () => number): Feed {
  const { db } = ledger;
  const signer = openSigner(ledger);
  chainOlderRecords(ledger, signer);
  const removal = createRemoval(ledger);
  const selectLast = db.prepare('SELECT number, hash FROM feed ORDER BY number DESC LIMIT 1');
  const selectHash = db.prepare('SELECT hash FROM feed WHERE number = ?');
  // No AUTOINCREMENT: the newest row is never deleted, so newest + 1 leaves no hole, also after a rollback.
  const insert = db.prepare('INSERT INTO feed VALUES (?, ?, ?, ?, ?, ?)');
  const select = db.prepare('SELECT * FROM feed WHERE number > ? ORDER BY number LIMIT ?');
  const selectKinds = db.prepare(
    `SELECT * FROM feed WHERE number > ?1 AND number <= ?2 AND kind IN (SELECT value FROM json_each(?3))
     ORDER BY number LIMIT ?4`,
  );
  const oldest = db.prepare('SELECT coalesce(min(number), 1) AS number FROM feed');
  const newest = db.prepare('SELECT coalesce(max(number), 0) AS number FROM feed');
  const numberOf = (row: unknown): number => (row as { number: number }).number;
  const hashBefore = (number: number): string => {
    const removed = removal.last();
    if (number - 1 === removed.number) return removed.hash;
    return (selectHash.get(number - 1) as { hash: string }).hash;
  };
  const news = createNews();

  const feed: Feed = {
    append({ kind, ...told }) {
      const last = (selectLast.get() as { number: number; hash: string } | undefined) ?? removal.last();
      const record = { number: last.number + 1, at: now(), kind };
      const body = wellFormed(JSON.stringify(told));
      const { hash, signature } = signer.seal(last.hash, { ...record, ...JSON.parse(body) });
      insert.run(record.number, record.at, kind, body, hash, signature);
      news.tell();
      return record.number;
    },
    after: (number, limit) =>
      (select.all(number, limit) as unknown as Row[]).map(
        ({ body, ...record }) => ({ ...record, ...JSON.parse(body) }) as FeedRecord,
      ),
    page({ after, limit, kinds }) {
      const end = kinds && Math.max(after, feed.oldest() - 1) + LOOKED_THROUGH;
      const rows =
        end === undefined
          ? select.iterate(after, limit)
          : selectKinds.iterate(after, end, JSON.stringify([...(kinds ?? [])]), limit);
      const texts: string[] = [];
      let characters = 0;
      let first: number | null = null;
      let last = after;
      let cut = false;
      for (const row of rows as Iterable<unknown> as Iterable<Row>) {
        const text = textOf(row);
        cut = texts.length > 0 && characters + text.length > MAX_PAGE_CHARACTERS;
        if (cut) break;
        texts.push(text);
        characters += text.length;
        first ??= row.number;
        last = row.number;
      }
      const whole = end !== undefined && texts.length < limit && !cut;
      return {
        texts,
        next: whole ? Math.max(after, Math.min(end, feed.newest())) : last,
        previous: first === null ? null : hashBefore(first),
      };
    },
    newest: () => numberOf(newest.get()),
    oldest: () => numberOf(oldest.get()),
    added: news.added,
    removeBefore: removal.removeBefore,
    publicKey: signer.publicKey,
  };
  return feed;
}

const textOf = ({ number, at, kind, body, hash, signature }: Row): string =>
  `${JSON.stringify({ number, at, kind }).slice(0, -1)},${body.slice(1, -1)},${JSON.stringify({ hash, signature }).slice(1)}`;

/** JSON.stringify writes half of a surrogate pair, which people can type, as an escape; canonical JSON knows none. */
const wellFormed = (json: string): string =>
  /\\ud[89a-f]/.test(json)
    ? JSON.stringify(
        JSON.parse(json, (_key, value) => (typeof value === 'string' ? value.toWellFormed() : value)),
      )
    : json;
