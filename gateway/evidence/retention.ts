/** Evidence goes after the readings that it proves. What stays begins on a known hash. */
import type { DatabaseSync } from 'node:sqlite';
import { batchHash, digestOf, linkOf } from '../../devices/kit/seal.ts';
import { transact } from '../transaction.ts';
import { unpackBlock } from './pack.ts';

/** Readings can carry a time of minutes ahead, and are deleted by midnights. */
const MARGIN_MS = 2 * 86_400_000;

/** Deletes one block whose batches all came before the moment; false when none is left. */
export type Forget = (before: number) => boolean;

export function createForget(db: DatabaseSync): Forget {
  // The first of its chain only: what is kept of a chain has no hole.
  // And only what a head of that time covers, or the end of its chain: an auditor sees by it that nothing went too early.
  const oldest = db.prepare(
    `SELECT id, edge, chain, last_number AS last, data FROM block WHERE last_received < ?1
     AND NOT EXISTS (SELECT 1 FROM block AS other WHERE other.edge = block.edge AND other.chain = block.chain AND other.first_number < block.first_number)
     AND NOT EXISTS (
       SELECT 1 FROM chain WHERE chain.edge = block.edge AND chain.chain = block.chain AND (closed_at IS NULL OR closed_at >= ?1)
       AND NOT EXISTS (SELECT 1 FROM head WHERE head.edge = block.edge AND head.chain = block.chain AND head.number >= block.last_number AND head.received_at < ?1)
     )
     ORDER BY last_received LIMIT 1`,
  );
  const removeSpans = db.prepare('DELETE FROM span WHERE block = ?');
  const removeBlock = db.prepare('DELETE FROM block WHERE id = ?');
  const removeRefusals = db.prepare('DELETE FROM refusal WHERE edge = ? AND chain = ? AND number <= ?');
  const raiseFloor = db.prepare(
    'UPDATE chain SET floor = ?1, floor_hash = coalesce(?2, floor_hash) WHERE edge = ?3 AND chain = ?4 AND floor < ?1',
  );
  // The first head of each chain stays, which says when it began, and the newest.
  const removeHeads = db.prepare(
    `DELETE FROM head WHERE edge = ? AND chain = ? AND number > 0 AND number < ?
     AND id < (SELECT max(id) FROM head AS other WHERE other.edge = head.edge AND other.chain = head.chain)`,
  );

  // Closed long ago, and nothing is left of it.
  const removeChains = db.prepare(
    `DELETE FROM chain WHERE closed_at < ?
     AND NOT EXISTS (SELECT 1 FROM block WHERE block.edge = chain.edge AND block.chain = chain.chain)
     AND NOT EXISTS (SELECT 1 FROM journal WHERE journal.edge = chain.edge AND journal.chain = chain.chain)`,
  );
  const removeOrphans = db.prepare(
    `DELETE FROM head WHERE received_at < ?
     AND NOT EXISTS (SELECT 1 FROM chain WHERE chain.edge = head.edge AND chain.chain = head.chain)`,
  );

  return (before) => {
    const row = oldest.get(before - MARGIN_MS) as
      | { id: number; edge: string; chain: string; last: number; data: Uint8Array }
      | undefined;
    if (row === undefined) {
      transact(db, () => {
        removeChains.run(before - MARGIN_MS);
        removeOrphans.run(before - MARGIN_MS);
      });
      return false;
    }
    const { id, edge, chain, last } = row;
    const hash = lastHash(row.data, last);
    transact(db, () => {
      removeSpans.run(id);
      removeBlock.run(id);
      removeRefusals.run(edge, chain, last);
      raiseFloor.run(last, hash, edge, chain);
      removeHeads.run(edge, chain, last);
    });
    return true;
  };
}

/** Null when the block is damaged. */
function lastHash(data: Uint8Array, last: number): string | null {
  try {
    for (const { payload } of unpackBlock(data)) {
      const link = linkOf(payload);
      if (link?.qn === last) return batchHash(link.qp, digestOf(payload));
    }
  } catch {
    // It goes all the same.
  }
  return null;
}
