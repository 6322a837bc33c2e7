/**
 * What is sent again while the store takes nothing is kept once. A payload without PUBACK goes out on each new connection, in a
 * chain and under a number of that. When the edge has signed that the chain before ended below it, nothing signed will ever
 * name the older copy: the newer one, of the same content, takes its place. In memory: after a start the last one may be twice.
 */
import type { DatabaseSync } from 'node:sqlite';
import { digestOf, withLink } from '../../devices/kit/seal.ts';
import type { ChainState, Link } from '../../devices/wire/seal.ts';

interface Copy {
  readonly id: number;
  readonly chain: string;
  readonly number: number;
}

export interface Repeats {
  /** It was kept in order in its chain, as this row of the journal. */
  kept(edge: string, station: string, link: Link, payload: Uint8Array, id: number): void;
  /** The edge has signed that a chain of it ended so. */
  ended(edge: string, end: ChainState): void;
  /** The transaction has failed. */
  forget(): void;
}

/** Of an edge: more than it has under way. */
const MOST_COPIES = 64;
const MOST_ENDS = 64;
const MOST_EDGES = 4096;

interface OfEdge {
  /** By station and content. */
  readonly copies: Map<string, Copy>;
  /** Numbers by chain: heads of a group are taken before its batches, so that an end may be known before what came after it. */
  readonly ends: Map<string, number>;
}

export function createRepeats(db: DatabaseSync): Repeats {
  const edges = new Map<string, OfEdge>();
  // By all of it: numbers of rows are used again.
  const remove = db.prepare('DELETE FROM journal WHERE id = ? AND edge = ? AND chain = ? AND number = ?');

  const ofEdge = (edge: string): OfEdge => {
    const there = edges.get(edge);
    if (there !== undefined) return there;
    if (edges.size >= MOST_EDGES) edges.clear();
    const made = { copies: new Map<string, Copy>(), ends: new Map<string, number>() };
    edges.set(edge, made);
    return made;
  };

  return {
    kept(edge, station, { qc: chain, qn: number, qp }, payload, id) {
      const { copies, ends } = ofEdge(edge);
      const content = payload.subarray(withLink('[{', { qc: chain, qn: number, qp }).length);
      const name = JSON.stringify([station, digestOf(content).toString('base64')]);
      const older = copies.get(name);
      if (older !== undefined && isUnsigned(older, ends))
        remove.run(older.id, edge, older.chain, older.number);
      // The newest last.
      copies.delete(name);
      copies.set(name, { id, chain, number });
      bound(copies, MOST_COPIES);
    },
    ended(edge, { chain, number }) {
      const { ends } = ofEdge(edge);
      ends.delete(chain);
      ends.set(chain, number);
      bound(ends, MOST_ENDS);
    },
    forget: () => edges.clear(),
  };
}

const isUnsigned = ({ chain, number }: Copy, ends: ReadonlyMap<string, number>): boolean =>
  number > (ends.get(chain) ?? Number.POSITIVE_INFINITY);

function bound(map: Map<string, unknown>, most: number): void {
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
