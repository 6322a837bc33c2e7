/** An edge asks over its own connection for a certificate for a new key, long before the old one ends. */
import type { Logger } from '../../devices/kit/log.ts';
import type { CertificateMessage, Renewal } from '../../devices/wire/identity.ts';
import type { Account } from '../accounts.ts';
import { withActor } from '../actor.ts';
import type { Ledger } from '../ledger.ts';
import type { Authority } from './authority.ts';
import type { Certificates } from './certificates.ts';
import { CsrFault } from './csr-fault.ts';

/** An edge asks again after an hour at the earliest; one that asks more often is out of order. */
const LEAST_MS = 55 * 60_000;

export interface RenewalParts {
  readonly ledger: Ledger;
  readonly authority: Pick<Authority, 'sign'>;
  readonly certificates: Pick<Certificates, 'add' | 'newest' | 'renewedSince'>;
  readonly now: () => number;
  readonly log: Logger;
  /** To this edge alone. */
  answer(edge: string, message: CertificateMessage): void;
}

/** The ear for `{edge}/renewal`; `edge` is the name of the connection's account. A sentence is why nothing was signed. */
export function createRenewals(parts: RenewalParts) {
  const { ledger, authority, certificates, now, log } = parts;
  /** Edges whose certificate is being made: two wishes side by side are one. */
  const underWay = new Set<string>();

  const faultOf = (edge: string, { byCertificate }: Account): string | undefined => {
    // A password must not become a certificate: what counts is how this very connection came, not what else the edge has.
    if (!byCertificate || certificates.newest(edge) === null)
      return `${edge} has no certificate that could be renewed: enrol it with a code`;
    if (underWay.has(edge) || certificates.renewedSince(edge, now() - LEAST_MS))
      return 'its certificate was renewed within the last hour';
    return undefined;
  };

  return async (edge: string, { csr }: Renewal, account: Account): Promise<string | undefined> => {
    const fault = faultOf(edge, account);
    if (fault !== undefined) return fault;
    underWay.add(edge);
    try {
      const issued = await authority.sign(edge, csr);
      // Revoked while it was made: then there is nothing more to renew.
      const settle = (): boolean => {
        if (certificates.newest(edge) === null) return false;
        certificates.add(edge, issued, 'renewed');
        return true;
      };
      const added = withActor({ name: edge, from: 'mqtt' }, () => ledger.transaction(settle));
      if (!added) return `${edge} was revoked`;
      log.info(
        { edge, serial: issued.serial, until: new Date(issued.expiresAt).toISOString() },
        'certificate renewed',
      );
      parts.answer(edge, { certificate: issued.pem });
      return undefined;
    } catch (error) {
      if (error instanceof CsrFault) return error.message;
      throw error;
    } finally {
      underWay.delete(edge);
    }
  };
}
