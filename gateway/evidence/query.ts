/** What proves the readings of a station in a time: which chains, which of their heads, which of their batches. */
import type { DatabaseSync } from 'node:sqlite';
import { batchHash, digestOf, linkOf } from '../../devices/kit/seal.ts';
import { sealSchema } from '../../devices/wire/seal.ts';
import type { Line, LineOf } from './lines.ts';
import { type Kept, unpackBlock } from './pack.ts';

export interface EvidenceQuery {
  readonly station: string;
  /** from ≤ at < to, epoch ms. */
  readonly from: number;
  readonly to: number;
  /** The edge that it belongs to now, and what time it is. */
  readonly edge: string | null;
  readonly now: number;
}

export interface Plan {
  readonly edges: LineOf<'evidence'>['edges'];
  /** Chains, heads, refusals, and batches that are in no block yet. */
  readonly lines: readonly Line[];
  /** Blocks to ask for, one after the other. */
  readonly blocks: readonly number[];
}

/** A head with what is known of its chain. */
interface HeadRow {
  readonly chain: string;
  readonly newest: number;
  readonly floor: number;
  readonly floor_hash: string;
  readonly number: number;
  readonly at: number;
  readonly received_at: number;
  readonly seal: string;
}
interface Range {
  low: number;
  high: number;
}

export interface Query {
  plan(query: EvidenceQuery): Plan;
  /** The batches of a block as lines; none when it is gone. */
  block(id: number, station: string): Line[];
}

export function createQuery(db: DatabaseSync): Query {
  const edgesOf = db.prepare('SELECT edge, since FROM station WHERE station = ? ORDER BY since');
  const hasChain = db.prepare('SELECT 1 FROM chain WHERE edge = ? LIMIT 1');
  const keysOf = db.prepare('SELECT key, since, how FROM edge_key WHERE edge = ? ORDER BY since');
  const chainsAt = db.prepare(
    `SELECT chain FROM chain WHERE edge = ?1 AND closed_at IS NULL AND min(began, opened_at) < ?3
     UNION ALL SELECT chain FROM chain WHERE edge = ?1 AND closed_at >= ?2 AND min(began, opened_at) < ?3`,
  );
  /** Those that follow one of these, and the first one after that time. */
  const chainsAfter = db.prepare(
    `SELECT chain FROM chain WHERE edge = ?1 AND follows IN (SELECT value FROM json_each(?2))
     UNION SELECT chain FROM (SELECT chain FROM chain WHERE edge = ?1 AND opened_at >= ?3 ORDER BY opened_at LIMIT 1)`,
  );
  const headsOf = db.prepare(
    `SELECT chain.chain, chain.number AS newest, floor, floor_hash, head.number, at, received_at, seal
     FROM json_each(?2) AS asked JOIN chain ON chain.edge = ?1 AND chain.chain = asked.value
     JOIN head ON head.edge = ?1 AND head.chain = chain.chain ORDER BY chain.rowid, head.number, head.id`,
  );
  const touched = db.prepare(
    `SELECT chain, min(first_number) AS low, max(last_number) AS high FROM span JOIN block ON block.id = span.block
     WHERE station = ? AND first_at < ? AND last_at >= ? AND edge = ? GROUP BY chain`,
  );
  const unlinked = db.prepare(
    `SELECT id FROM block JOIN span ON span.block = block.id
     WHERE edge = ? AND NOT EXISTS (SELECT 1 FROM chain WHERE chain.edge = block.edge AND chain.chain = block.chain) AND station = ? AND first_at < ? AND last_at >= ?`,
  );
  const blocksOf = db.prepare(
    'SELECT id FROM block WHERE edge = ? AND chain = ? AND first_number <= ? AND last_number > ? ORDER BY first_number, id',
  );
  const journalOf = db.prepare(
    'SELECT chain, number, station, received_at AS receivedAt, broken, payload FROM journal WHERE edge = ? ORDER BY number, id',
  );
  const refusalsOf = db.prepare(
    'SELECT number, readings FROM refusal WHERE edge = ? AND chain = ? AND number > ? AND number <= ?',
  );
  const blockOf = db.prepare(
    'SELECT edge, chain, first_number AS first, last_number AS last, data FROM block WHERE id = ?',
  );

  function ofEdge(edge: string, { station, from, to }: EvidenceQuery): { lines: Line[]; blocks: number[] } {
    const lines: Line[] = [];
    const journal = journalOf.all(edge) as unknown as (Kept & { chain: string; number: number })[];
    const ranges = new Map<string, Range>();
    const widen = (chain: string, low: number, high: number): void => {
      const range = ranges.get(chain);
      if (range === undefined) ranges.set(chain, { low, high });
      else Object.assign(range, { low: Math.min(range.low, low), high: Math.max(range.high, high) });
    };
    for (const row of touched.all(station, to, from, edge) as unknown as (Range & { chain: string })[])
      widen(row.chain, row.low - 1, row.high);
    for (const row of journal) if (row.station === station) widen(row.chain, row.number - 1, row.number);

    const blocks = new Set<number>();
    const inTime = new Set(chainsAt.all(edge, from, to).map(({ chain }) => String(chain)));
    const asked = new Set([...inTime, ...ranges.keys()]);
    const names = JSON.stringify([...asked]);
    for (const heads of byChain(headsOf.all(edge, names) as unknown as HeadRow[])) {
      const [{ chain, newest, floor, floor_hash }] = heads;
      // By both clocks: the signed one is the auditor's.
      const isBefore = ({ at, received_at }: HeadRow): boolean => Math.max(at, received_at) <= from;
      const isAfter = ({ at, received_at }: HeadRow): boolean => Math.min(at, received_at) >= to;
      if (inTime.has(chain))
        widen(chain, heads.findLast(isBefore)?.number ?? 0, heads.find(isAfter)?.number ?? newest);
      const range = ranges.get(chain);
      if (range === undefined) continue;
      // From a head to a head: what is between is proved by the later one.
      const begin = heads.findLast(({ number, at }) => number <= range.low && at <= from);
      const end = heads.find(({ number, at }) => number >= range.high && at >= to);
      const [low, high] = [Math.max(floor, begin?.number ?? floor), end?.number ?? newest];
      lines.push({ kind: 'chain', edge, chain, low, high, floor, floor_hash });
      const [first, last] = [heads[0], heads.at(-1)];
      for (const head of heads)
        if ((head.number >= low && head.number <= high) || head === first || head === last)
          lines.push(headLine(edge, head));
      for (const { number, readings } of refusalsOf.all(edge, chain, low, high))
        lines.push({
          kind: 'refused',
          edge,
          chain,
          number: Number(number),
          readings: JSON.parse(String(readings)) as [string, number][],
        });
      for (const { id } of blocksOf.all(edge, chain, high, low)) blocks.add(Number(id));
    }
    // What follows says how a chain has ended, which the chain itself may not have told.
    const after = chainsAfter.all(edge, names, to).map(({ chain }) => String(chain));
    const others = JSON.stringify(after.filter((chain) => !asked.has(chain)));
    for (const [head] of byChain(headsOf.all(edge, others) as unknown as HeadRow[])) {
      const { chain, number, floor, floor_hash } = head;
      lines.push({ kind: 'chain', edge, chain, low: number, high: number, floor, floor_hash });
      lines.push(headLine(edge, head));
    }
    for (const { id } of unlinked.all(edge, station, to, from)) blocks.add(Number(id));
    // Those of a chain that nobody has opened, too: what was stored of them is nobody's word.
    for (const row of journal)
      if (ranges.has(row.chain) || row.station === station) lines.push(...lineOf(edge, row, station));
    return { lines, blocks: [...blocks] };
  }

  return {
    plan(query) {
      const known = edgesOf.all(query.station).map(({ edge, since }) => ({
        edge: String(edge),
        since: Number(since),
      }));
      const { edge: present } = query;
      // It chains, and nothing of this station yet: what it has sent of it without a link is told all the same.
      if (present !== null && !known.some(({ edge }) => edge === present) && hasChain.get(present))
        known.push({ edge: present, since: query.now });
      const parts = known.map((one) => {
        const keys = keysOf.all(one.edge) as unknown as Plan['edges'][number]['keys'];
        return { edge: { ...one, keys: [...keys] }, ...ofEdge(one.edge, query) };
      });
      return {
        edges: parts.map(({ edge }) => edge),
        lines: parts.flatMap(({ lines }) => lines),
        blocks: parts.flatMap(({ blocks }) => blocks),
      };
    },
    block(id, station) {
      const row = blockOf.get(id) as
        | { edge: string; chain: string; first: number; last: number; data: Uint8Array }
        | undefined;
      if (row === undefined) return [];
      const { edge, chain, first, last, data } = row;
      try {
        return unpackBlock(data).flatMap((kept) => lineOf(edge, kept, station));
      } catch {
        return [{ kind: 'damaged', edge, chain, first, last }];
      }
    },
  };
}

function headLine(edge: string, { chain, number, received_at, seal }: HeadRow): Line {
  try {
    return { kind: 'head', edge, received_at, seal: sealSchema.parse(JSON.parse(seal)) };
  } catch {
    return { kind: 'damaged', edge, chain, first: number, last: number };
  }
}

/** Heads of one chain after the other. */
function byChain(rows: readonly HeadRow[]): Iterable<[HeadRow, ...HeadRow[]]> {
  const chains = new Map<string, [HeadRow, ...HeadRow[]]>();
  for (const row of rows) {
    const there = chains.get(row.chain);
    if (there === undefined) chains.set(row.chain, [row]);
    else there.push(row);
  }
  return chains.values();
}

function lineOf(edge: string, { station, receivedAt, broken, payload }: Kept, asked: string): Line[] {
  const link = linkOf(payload);
  if (station === asked)
    return [
      {
        kind: 'batch',
        edge,
        chain: link?.qc ?? null,
        received_at: receivedAt,
        broken,
        payload: Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('base64'),
      },
    ];
  if (link === null) return [];
  const digest = digestOf(payload).toString('base64url');
  return [{ kind: 'link', edge, chain: link.qc, number: link.qn, previous: link.qp, digest }];
}

/** Of a line of a batch: its place in its chain, by its own word. */
export function placeOf(line: LineOf<'batch'> | LineOf<'link'>): {
  readonly number: number;
  readonly previous: string;
  readonly hash: string;
} | null {
  if (line.kind === 'link')
    return {
      number: line.number,
      previous: line.previous,
      hash: batchHash(line.previous, Buffer.from(line.digest, 'base64url')),
    };
  const payload = Buffer.from(line.payload, 'base64');
  const link = linkOf(payload);
  return link && { number: link.qn, previous: link.qp, hash: batchHash(link.qp, digestOf(payload)) };
}
