/**
 * Edges that come with a certificate of our authority that the ledger does not know: it was restored from a backup older than
 * the certificate. They stay out, for what was revoked since that backup is not known either; a person is told of them.
 */
import type { Ledger } from '../ledger.ts';
import { CLIENT_MS } from './lifetime.ts';

/** An edge that is refused comes again every few seconds. */
const WRITE_MS = 60_000;

export interface UnknownEdge {
  readonly edge: string;
  /** When it came last, epoch ms. */
  readonly at: number;
}

export function createUnknown({ db }: Pick<Ledger, 'db'>, now: () => number) {
  const put = db.prepare(
    `INSERT INTO unknown_certificate VALUES (?, ?) ON CONFLICT (edge) DO UPDATE SET at = excluded.at
     WHERE abs(excluded.at - at) >= ${WRITE_MS}`,
  );
  const remove = db.prepare('DELETE FROM unknown_certificate WHERE edge = ? OR at <= ?');
  const select = db.prepare('SELECT edge, at FROM unknown_certificate WHERE at > ? ORDER BY edge');
  const longAgo = (): number => now() - CLIENT_MS;
  return {
    /** Throws when the ledger cannot be written. */
    came: (edge: string): void => void put.run(edge, now()),
    /** It has a certificate that is known. */
    forget: (edge: string): void => void remove.run(edge, longAgo()),
    /** By name; those whose certificates must be over by now are left out. */
    list: () => select.all(longAgo()) as unknown as UnknownEdge[],
  };
}

/** What to do about it, for who reads the log or the list. */
export const wayBack = (edge: string): string =>
  `if ${edge} is still to get in, quantrac edge code ${edge} here and quantrac enrol --again at the box (nếu hộp này vẫn được dùng: cấp mã mới, rồi ghi danh lại tại tủ)`;
