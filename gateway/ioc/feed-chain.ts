/** Records of the time before the feed was chained get their hashes and signatures, once, when the gateway starts. */
import type { Ledger } from '../ledger.ts';
import type { Signer } from './signing.ts';

interface Row {
  readonly number: number;
  readonly at: number;
  readonly kind: string;
  readonly body: string;
}

export function chainOlderRecords({ db, transaction }: Ledger, signer: Signer): void {
  const rows = db.prepare(
    'SELECT number, at, kind, body FROM feed WHERE hash IS NULL ORDER BY number LIMIT 1000',
  );
  const before = db.prepare('SELECT hash FROM feed WHERE number = ?');
  const update = db.prepare('UPDATE feed SET hash = ?, signature = ? WHERE number = ?');
  // New records always have a hash: without a last one that lacks it there is nothing to look for.
  const last = db.prepare('SELECT hash FROM feed ORDER BY number DESC LIMIT 1').get();
  if (last === undefined || last.hash !== null) return;
  transaction(() => {
    for (let found = rows.all(); found.length > 0; found = rows.all()) {
      for (const { number, at, kind, body } of found as unknown as Row[]) {
        const previous = (before.get(number - 1) as { hash: string } | undefined)?.hash ?? '';
        const { hash, signature } = signer.seal(previous, { number, at, kind, ...JSON.parse(body) });
        update.run(hash, signature, number);
      }
    }
  });
}
