/** An edge with a code becomes an edge with a certificate. */

import type { Attempts } from '../../devices/kit/attempts.ts';
import { answerMac, isMac, requestMac } from '../../devices/kit/enrol-mac.ts';
import type { EnrolAnswer, EnrolRequest } from '../../devices/wire/identity.ts';
import { withActor } from '../actor.ts';
import type { Audit } from '../audit/audit.ts';
import type { Ledger } from '../ledger.ts';
import type { Authority } from './authority.ts';
import type { Certificates } from './certificates.ts';
import type { Codes, KeptCode } from './codes.ts';
import { CsrFault } from './csr-fault.ts';
import { NO_PASSWORD } from './edges.ts';
import type { SigningKeys } from './signing-keys.ts';

/** Why there is no certificate, in words for who stands at the cabinet. */
export class EnrolFault extends Error {
  override readonly name = 'EnrolFault';
  /** code: wrong, used, over, or none of ours. edge: right, and for another edge. request: what it asks for is not signed. wait: too many tries. */
  readonly kind: 'code' | 'edge' | 'request' | 'wait';
  constructor(kind: EnrolFault['kind'], reason: string) {
    super(reason);
    this.kind = kind;
  }
}

export interface EnrolmentParts {
  readonly ledger: Ledger;
  readonly authority: Pick<Authority, 'certificate' | 'sign'>;
  readonly codes: Pick<Codes, 'find' | 'wrong' | 'use'>;
  readonly certificates: Pick<Certificates, 'add' | 'revoke'>;
  readonly signingKeys: Pick<SigningKeys, 'put'>;
  readonly attempts: Attempts;
  readonly audit: Pick<Audit, 'record'>;
  readonly now: () => number;
  /** mqtts:// address of the broker. */
  readonly url: () => string;
  /** Certificates were revoked: who is connected is to be looked at again. */
  onRevoked(): void;
}

export interface Enrolment {
  /** Throws an EnrolFault. The same request again within the code's hour has the same answer: the first may have been lost. */
  enrol(request: EnrolRequest, address: string): Promise<EnrolAnswer>;
}

/** One sentence for all, so that nobody learns which codes there are. */
const WRONG = 'the code is wrong, used or over: ask the centre for a new one (mã sai, đã dùng hoặc hết hạn)';

export function createEnrolment(parts: EnrolmentParts): Enrolment {
  const { ledger, authority, codes, certificates, signingKeys, attempts, audit, now } = parts;
  // Without a password: from now on its certificate is its only way in.
  const putAccount = ledger.db.prepare(
    `INSERT INTO account (name, kind, password, created_at) VALUES (?, 'edge', '${NO_PASSWORD}', ?)
     ON CONFLICT (name) DO UPDATE SET password = excluded.password`,
  );
  const selectKind = ledger.db.prepare('SELECT kind FROM account WHERE name = ?');

  function proved(request: EnrolRequest, address: string): KeptCode {
    const { code: name, mac, ...said } = request;
    const waitMs = attempts.enter(`code ${name}`, address);
    if (waitMs > 0)
      throw new EnrolFault('wait', `too many wrong codes: try again in ${Math.ceil(waitMs / 1000)} s`);
    const code = codes.find(name);
    if (code === null) throw new EnrolFault('code', WRONG);
    const expected = code.used?.by ?? requestMac(code.requestKey, { code: name, ...said });
    if (!isMac(mac, expected)) {
      codes.wrong(name);
      throw new EnrolFault('code', WRONG);
    }
    attempts.succeeded(`code ${name}`, address);
    return code;
  }

  return {
    async enrol(request, address) {
      const code = proved(request, address);
      if (code.used !== null) return JSON.parse(code.used.answer) as EnrolAnswer;
      const { edge } = code;
      if (request.edge !== edge)
        throw new EnrolFault(
          'edge',
          `the code is for ${edge}, and the edge file of this box has the id ${request.edge}: it was not used`,
        );
      const issued = await authority.sign(edge, request.csr).catch((error: unknown) => {
        throw error instanceof CsrFault ? new EnrolFault('request', error.message) : error;
      });
      const said = { edge, certificate: issued.pem, ca: authority.certificate, url: parts.url() };
      const answer: EnrolAnswer = { ...said, mac: answerMac(code.answerKey, request.mac, said) };
      const settle = (): void => {
        // While the certificate was made the code may have ended or been used from elsewhere.
        if (codes.find(request.code)?.used !== null) throw new EnrolFault('code', WRONG);
        const account = selectKind.get(edge) as { kind: string } | undefined;
        if (account !== undefined && account.kind !== 'edge')
          throw new EnrolFault('code', `${edge} is an account of kind ${account.kind} by now`);
        codes.use(request.code, request.mac, JSON.stringify(answer));
        certificates.revoke(edge, 'enrolled again');
        putAccount.run(edge, now());
        certificates.add(edge, issued, 'enrolled');
        signingKeys.put(edge, request.signing_key, now());
        audit.record({
          action: 'edge.enrolled',
          what: `edges/${edge}`,
          after: { serial: issued.serial, signing_key: request.signing_key },
        });
      };
      withActor({ name: edge, from: address }, () => ledger.transaction(settle));
      parts.onRevoked();
      return answer;
    },
  };
}
