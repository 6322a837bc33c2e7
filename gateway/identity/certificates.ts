/**
 * Which certificates are let in: those that the ledger knows, one by one. A signature of the authority alone opens nothing, so
 * that revoking needs no list that somebody must fetch. The command line works on it beside a running gateway.
 */
import type { Audit } from '../audit/audit.ts';
import type { Ledger } from '../ledger.ts';
import type { IssuedCertificate } from './authority.ts';
import { NO_PASSWORD } from './edges.ts';
import { createUnknown, wayBack } from './unknown.ts';

export interface Standing {
  readonly edge: string;
  readonly issuedAt: number;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** What an edge had until it was shut out. */
export interface ShutOut {
  readonly certificates: number;
  readonly password: boolean;
}

export interface Certificates {
  /** Lets it in from now on. Only within a transaction that does all that belongs to it. */
  add(edge: string, issued: IssuedCertificate, how: 'enrolled' | 'renewed'): void;
  /** Whose it is, or why it is not let in. `subject`: of a certificate that our authority signed and that is shown now. */
  check(fingerprint: string, subject?: string): Standing | string;
  /** The one of the edge that ends last; null when none is let in. */
  newest(edge: string): Standing | null;
  /** Whether one was made at the wish of the edge itself since then. */
  renewedSince(edge: string, at: number): boolean;
  /** None of this edge is let in any more, and a code that waits for it is over; answers how many certificates that were. */
  revoke(edge: string, reason: string): number;
  /** The same, and its password too: only a new code or a new password lets it in again. */
  shutOut(edge: string, reason: string): ShutOut;
}

interface Row {
  readonly edge: string;
  readonly issued_at: number;
  readonly expires_at: number;
  readonly revoked_at: number | null;
  readonly reason: string | null;
  readonly kind: string | null;
}

export function createCertificates(
  ledger: Ledger,
  audit: Pick<Audit, 'record'>,
  now: () => number,
): Certificates {
  const { db } = ledger;
  const insert = db.prepare('INSERT INTO certificate VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)');
  const joined =
    'SELECT edge, issued_at, expires_at, revoked_at, reason, kind FROM certificate LEFT JOIN account ON account.name = edge';
  const select = db.prepare(`${joined} WHERE fingerprint = ?`);
  const selectNewest = db.prepare(
    `${joined} WHERE edge = ? AND revoked_at IS NULL AND expires_at > ? ORDER BY expires_at DESC LIMIT 1`,
  );
  const selectRenewed = db.prepare(
    'SELECT 1 FROM certificate WHERE edge = ? AND renewal = 1 AND issued_at > ? LIMIT 1',
  );
  const selectStanding = db.prepare(
    'SELECT serial FROM certificate WHERE edge = ? AND revoked_at IS NULL AND expires_at > ?',
  );
  const update = db.prepare('UPDATE certificate SET revoked_at = ?, reason = ? WHERE serial = ?');
  const endPassword = db.prepare(
    `UPDATE account SET password = '${NO_PASSWORD}' WHERE name = ? AND kind = 'edge' AND password <> '${NO_PASSWORD}'`,
  );
  const endCode = db.prepare('DELETE FROM enrol_code WHERE edge = ? AND used_by IS NULL');

  const unknown = createUnknown(ledger, now);
  /** Edges whose name could not be written down are told by the log all the same. */
  const refuseUnknown = (edge: string): string => {
    try {
      unknown.came(edge);
    } catch {
      // A full disk refuses it; what is said below stands in the log.
    }
    return `the certificate is not in the ledger, as after an older backup was restored: ${wayBack(edge)}`;
  };

  const standing = ({ edge, issued_at, expires_at }: Row): Standing => ({
    edge,
    issuedAt: issued_at,
    expiresAt: expires_at,
  });

  /** Within a transaction. Answers the serials of those that were let in. */
  const end = (edge: string, reason: string): string[] => {
    endCode.run(edge);
    const serials = (selectStanding.all(edge, now()) as { serial: string }[]).map(({ serial }) => serial);
    for (const serial of serials) update.run(now(), reason, serial);
    return serials;
  };
  const told = (edge: string, before: object, reason: string): void =>
    audit.record({ action: 'certificate.revoked', what: `edges/${edge}`, before, reason });

  return {
    add(edge, { fingerprint, serial, expiresAt }, how) {
      unknown.forget(edge);
      insert.run(fingerprint, serial, edge, how === 'renewed' ? 1 : 0, now(), expiresAt);
      audit.record({
        action: 'certificate.issued',
        what: `edges/${edge}`,
        after: { serial, expires_at: expiresAt, how },
      });
    },
    check(fingerprint, subject) {
      const row = select.get(fingerprint) as Row | undefined;
      if (row === undefined) {
        const edge = /^CN=(.+)$/.exec(subject ?? '')?.[1];
        return edge === undefined ? 'the certificate is not in the ledger' : refuseUnknown(edge);
      }
      if (row.revoked_at !== null) return `the certificate was revoked (${row.reason ?? 'no reason given'})`;
      if (row.expires_at <= now()) return 'the certificate is over';
      if (row.kind !== 'edge') return `there is no account of an edge "${row.edge}"`;
      return standing(row);
    },
    newest(edge) {
      const row = selectNewest.get(edge, now()) as Row | undefined;
      return row === undefined ? null : standing(row);
    },
    renewedSince: (edge, at) => selectRenewed.get(edge, at) !== undefined,
    revoke: (edge, reason) =>
      ledger.transaction(() => {
        const serials = end(edge, reason);
        if (serials.length > 0) told(edge, { serials }, reason);
        return serials.length;
      }),
    shutOut: (edge, reason) =>
      ledger.transaction(() => {
        const serials = end(edge, reason);
        const password = Number(endPassword.run(edge).changes) > 0;
        // The log hides what it was and says that it was.
        if (serials.length > 0 || password) told(edge, { serials, ...(password && { password }) }, reason);
        return { certificates: serials.length, password };
      }),
  };
}
