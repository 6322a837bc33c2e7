/** Where each chain stands, as the gateway has received it. */
import type { DatabaseSync } from 'node:sqlite';
import { NO_HASH, type Seal } from '../../devices/wire/seal.ts';

export interface ChainAt {
  readonly edge: string;
  readonly chain: string;
  /** Newest batch that followed in order. */
  number: number;
  hash: string;
  /** Of the newest ones, by number: what comes again is no second batch. */
  readonly recent: Map<number, string>;
}

/** More than an edge has under way. */
const RECENT = 32;
/** In memory; all are in the table. */
const MOST_CHAINS = 4096;
const DAY_MS = 86_400_000;

export interface Chains {
  /** Undefined: no signed head has opened it. */
  get(edge: string, chain: string): ChainAt | undefined;
  /** All that were open of this edge are closed by it. */
  open(edge: string, seal: Seal, at: number): ChainAt;
  /** Whether the edge has opened one with this key. */
  hasOpened(edge: string, key: string): boolean;
  /** It has this batch as its newest now. */
  advance(chain: ChainAt, number: number, hash: string): void;
  /** The transaction has failed: what is in memory may not be what is on disk. */
  forget(): void;
  /** Edges that chain. */
  edges(): string[];
}

export function createChains(db: DatabaseSync): Chains {
  const known = new Map<string, ChainAt>();
  const select = db.prepare('SELECT number, hash FROM chain WHERE edge = ? AND chain = ?');
  const insert = db.prepare('INSERT INTO chain VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?, 0, ?)');
  const closeOpen = db.prepare('UPDATE chain SET closed_at = ? WHERE edge = ? AND closed_at IS NULL');
  const closeBefore = db.prepare(
    'UPDATE chain SET closed_at = max(closed_at, ?) WHERE edge = ? AND chain = ?',
  );
  const ofKey = db.prepare('SELECT 1 FROM chain WHERE edge = ? AND key = ? LIMIT 1');
  const update = db.prepare('UPDATE chain SET number = ?, hash = ? WHERE edge = ? AND chain = ?');
  const edges = db.prepare('SELECT DISTINCT edge FROM chain');
  const keyOf = (edge: string, chain: string): string => JSON.stringify([edge, chain]);

  const remember = (chain: ChainAt): ChainAt => {
    if (known.size >= MOST_CHAINS) {
      const [oldest] = known.keys();
      if (oldest !== undefined) known.delete(oldest);
    }
    known.set(keyOf(chain.edge, chain.chain), chain);
    return chain;
  };

  return {
    get(edge, chain) {
      const there = known.get(keyOf(edge, chain));
      if (there !== undefined) return there;
      const row = select.get(edge, chain) as { number: number; hash: string } | undefined;
      return row && remember({ edge, chain, ...row, recent: new Map() });
    },
    open(edge, { head: { chain, number, hash, follows, at: signed }, key }, at) {
      // A box without a battery begins in 1970.
      const began = Math.abs(signed - at) < DAY_MS ? signed : at;
      const end = Math.max(began, at);
      closeOpen.run(end, edge);
      // One that had nothing may have been opened between them.
      if (follows !== null) closeBefore.run(end, edge, follows.chain);
      insert.run(edge, chain, key, began, at, follows?.chain ?? null, number, hash, NO_HASH);
      return remember({ edge, chain, number, hash, recent: new Map() });
    },
    hasOpened: (edge, key) => ofKey.get(edge, key) !== undefined,
    advance(chain, number, hash) {
      chain.number = number;
      chain.hash = hash;
      chain.recent.set(number, hash);
      const [oldest] = chain.recent.keys();
      if (chain.recent.size > RECENT && oldest !== undefined) chain.recent.delete(oldest);
      update.run(number, hash, chain.edge, chain.chain);
    },
    forget: () => known.clear(),
    edges: () => edges.all().map((row) => String(row.edge)),
  };
}
