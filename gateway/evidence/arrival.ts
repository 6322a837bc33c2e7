/** What comes in: payloads with their links, and signed heads. Within a transaction. */
import type { DatabaseSync } from 'node:sqlite';
import { batchHash, digestOf, isSealed, linkOf } from '../../devices/kit/seal.ts';
import { type Head, type Link, NO_HASH, type Seal } from '../../devices/wire/seal.ts';
import type { ChainAt, Chains } from './chains.ts';
import type { Repeats } from './repeats.ts';

export interface Batch {
  readonly edge: string;
  readonly station: string;
  readonly receivedAt: number;
  readonly payload: Uint8Array;
}

/** Something that should not be, for the log. */
export interface Break {
  readonly edge: string;
  readonly station: string | null;
  readonly reason: string;
}

export interface Arrival {
  /** Null when it belongs where it came in. */
  batch(batch: Batch): Break | null;
  /** A sentence: why it is refused. */
  head(edge: string, seal: Seal, at: number, tell: (broken: Break) => void): string | null;
  pin(edge: string, key: string, at: number): void;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Of an edge that catches up: a head after each 500 batches. And one whose connection is lost each second. */
const MOST_A_MINUTE = { heads: 600, chains: 60 } as const;
/** Batches that a head may be ahead of what is here: more than an edge has under way. */
const MOST_AHEAD = 64;
/** Payloads of one place in a chain that one is held against. */
const MOST_LOOKED_AT = 32;

export function createArrival(db: DatabaseSync, chains: Chains, repeats: Repeats): Arrival {
  const insertRow = db.prepare(
    'INSERT INTO journal (edge, chain, number, station, received_at, broken, payload) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const keptAs = db.prepare(
    'SELECT station, payload FROM journal WHERE edge = ? AND chain = ? AND number = ?',
  );
  const insertStation = db.prepare(
    `INSERT INTO station SELECT ?1, ?2, CASE WHEN min(opened_at) > ?3 - ${HOUR_MS} THEN min(began) ELSE ?3 END
     FROM chain WHERE edge = ?2 ON CONFLICT DO NOTHING`,
  );
  const newestKey = db.prepare(
    'SELECT key FROM edge_key WHERE edge = ? ORDER BY since DESC, rowid DESC LIMIT 1',
  );
  const insertKey = db.prepare(
    'INSERT INTO edge_key VALUES (?, ?, ?, ?) ON CONFLICT (edge, key) DO UPDATE SET since = excluded.since, how = excluded.how',
  );
  const newestHead = db.prepare(
    'SELECT id, number, received_at, seal FROM head WHERE edge = ? AND chain = ? ORDER BY number DESC, id DESC LIMIT 1',
  );
  const insertHead = db.prepare(
    'INSERT INTO head (edge, chain, number, at, received_at, keep, seal) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const removeHead = db.prepare('DELETE FROM head WHERE id = ? AND keep = 0');
  const keepHead = db.prepare('UPDATE head SET keep = 1 WHERE id = ?');
  const mayCome = createMinutes();
  /** Stations that are in the table already. */
  const stations = new Set<string>();

  /** Why it does not follow, 'again' when it is there already. */
  const judge = (chain: ChainAt | undefined, number: number, previous: string, hash: string) => {
    if (chain === undefined) return 'no signed head has opened its chain';
    if (number === chain.number + 1)
      return previous === chain.hash ? null : `it does not follow batch ${chain.number} of its chain`;
    if (number > chain.number) return `its chain jumps from batch ${chain.number} to ${number}`;
    return hashOf(chain, number) === hash ? 'again' : `a batch ${number} of its chain was there before`;
  };

  /** Also what was kept before this thread began: its answer may have been lost. What is packed by now is not looked at. */
  const isKept = ({ edge, station, payload }: Batch, link: Link | null): boolean => {
    let looked = 0;
    for (const row of keptAs.iterate(edge, link?.qc ?? '', link?.qn ?? 0)) {
      if (row.station === station && Buffer.compare(row.payload as Uint8Array, payload) === 0) return true;
      if (++looked >= MOST_LOOKED_AT) return false;
    }
    return false;
  };

  const refusalOf = (edge: string, head: Head, chain: ChainAt | undefined, at: number): string | null => {
    if (!mayCome(edge, chain === undefined ? 'chains' : 'heads', at))
      return 'the edge has sent more heads in this minute than one ever does';
    if (chain === undefined)
      return head.number > 0 ? `the first head of a chain has number 0, not ${head.number}` : null;
    return head.number > chain.number + MOST_AHEAD
      ? `the head is at batch ${head.number}, and of its chain ${chain.number} are here`
      : null;
  };

  /** One an hour stays of those that a later one covers, and all that contradict another. */
  const keep = (edge: string, seal: Seal, chain: ChainAt | undefined, at: number): void => {
    const { head } = seal;
    const newest = newestHead.get(edge, head.chain) as
      | { id: number; number: number; received_at: number; seal: string }
      | undefined;
    const differs =
      newest?.number === head.number && (JSON.parse(newest.seal) as Seal).head.hash !== head.hash;
    if (newest !== undefined && newest.number > head.number) {
      if (chain !== undefined && hashOf(chain, head.number) === head.hash) return;
    } else if (newest !== undefined) {
      if (differs) keepHead.run(newest.id);
      else if (Math.floor(newest.received_at / HOUR_MS) === Math.floor(at / HOUR_MS))
        removeHead.run(newest.id);
    }
    // The first one says when its chain began.
    const stays = newest === undefined || differs || newest.number > head.number;
    insertHead.run(edge, head.chain, head.number, head.at, at, stays ? 1 : 0, JSON.stringify(seal));
  };

  return {
    batch(batch) {
      const { edge, station, receivedAt, payload } = batch;
      const link = linkOf(payload);
      const keep = (broken: string | null): Break | null => {
        if (broken !== null && isKept(batch, link)) return null;
        const { lastInsertRowid: id } = insertRow.run(
          edge,
          link?.qc ?? '',
          link?.qn ?? 0,
          station,
          receivedAt,
          broken,
          payload,
        );
        if (broken === null && link !== null) repeats.kept(edge, station, link, payload, Number(id));
        return broken === null ? null : { edge, station, reason: broken };
      };
      if (link === null) return keep('it has no link, and its edge chains what it sends');
      const chain = chains.get(edge, link.qc);
      const hash = batchHash(link.qp, digestOf(payload));
      const fault = judge(chain, link.qn, link.qp, hash);
      if (fault === 'again') return null;
      // After a jump the chain goes on from there: one gap is told once.
      if (chain !== undefined && link.qn > chain.number && (fault === null || link.qn > chain.number + 1))
        chains.advance(chain, link.qn, hash);
      const name = JSON.stringify([edge, station]);
      if (fault === null && !stations.has(name)) {
        insertStation.run(station, edge, receivedAt);
        stations.add(name);
      }
      return keep(fault);
    },
    head(edge, seal, at, tell) {
      const { head } = seal;
      const pinned = newestKey.get(edge)?.key;
      if (pinned !== undefined && pinned !== seal.key)
        return `the head is signed with another key than the one that is known of ${edge}: enrol it again if its box was replaced`;
      if (!isSealed(seal)) return 'the signature of the head is wrong';
      if (pinned === undefined) insertKey.run(edge, seal.key, at, 'first use');

      const broken = (reason: string): void => tell({ edge, station: null, reason });
      const chain = chains.get(edge, head.chain);
      const fault = refusalOf(edge, head, chain, at);
      if (fault !== null) return fault;
      if (chain === undefined) {
        if (head.follows === null && chains.hasOpened(edge, seal.key))
          broken(`chain ${head.chain} follows none, and the edge has chained before`);
        chains.open(edge, seal, at);
        if (head.follows !== null) repeats.ended(edge, head.follows);
      } else if (head.number > chain.number) {
        broken(`batches ${chain.number + 1} to ${head.number} of chain ${head.chain} are not here`);
        chains.advance(chain, head.number, head.hash);
      } else if (hashOf(chain, head.number) !== null && hashOf(chain, head.number) !== head.hash)
        broken(`batch ${head.number} of chain ${head.chain} is not the one that the edge signed`);
      const before = head.follows && chains.get(edge, head.follows.chain);
      if (head.follows && head.follows.number > (before?.number ?? 0))
        broken(`batches up to ${head.follows.number} of chain ${head.follows.chain} are not here`);
      keep(edge, seal, chain, at);
      return null;
    },
    pin: (edge, key, at) => void insertKey.run(edge, key, at, 'enrolled'),
  };
}

/** Of a batch that is remembered; null when it is not. */
const hashOf = (chain: ChainAt, number: number): string | null =>
  number === 0 ? NO_HASH : number === chain.number ? chain.hash : (chain.recent.get(number) ?? null);

/** Counts by edge what came in this minute. */
function createMinutes(): (edge: string, what: keyof typeof MOST_A_MINUTE, at: number) => boolean {
  const counts = new Map<string, number>();
  let minute = 0;
  return (edge, what, at) => {
    const present = Math.floor(at / MINUTE_MS);
    if (present !== minute) counts.clear();
    minute = present;
    const key = JSON.stringify([edge, what]);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= MOST_A_MINUTE[what];
  };
}
