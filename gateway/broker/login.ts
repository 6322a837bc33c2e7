/** Who comes in at the broker: by a certificate of our authority, or by user name and password. */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Attempts } from '../../devices/kit/attempts.ts';
import { mayUseClientId } from '../access.ts';
import type { Account, Accounts } from '../accounts.ts';

/** MQTT 3.1.1, 3.2.2.3: identifier rejected, bad user name or password, not authorized. */
const BAD_CLIENT_ID = 2;
const BAD_LOGIN = 4;
const NOT_AUTHORIZED = 5;

export interface LoginParts {
  readonly accounts: Pick<Accounts, 'checkAccount' | 'hasAccount' | 'accountMark'>;
  /** Tries of passwords; without bound when absent. */
  readonly attempts?: Attempts | undefined;
  /** Certificates that are let in, by fingerprint; none when absent. */
  readonly certificates?: AllowList | undefined;
}

export interface AllowList {
  /** Whose it is, or why it is not let in. `subject`: of a certificate that our authority signed and that is shown now. */
  check(fingerprint: string, subject?: string): { readonly edge: string } | string;
}

export interface Admitted {
  readonly account: Account;
  /** Why it may not stay, null when it may: a certificate is revoked or over, an account removed or changed. */
  fault(): string | null;
}

export interface Asking {
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: Buffer | undefined;
  readonly socket: Socket;
}

/** Throws an error with `returnCode` that says why the client is refused. */
export async function login(parts: LoginParts, asking: Asking): Promise<Admitted> {
  const admitted = (await byCertificate(parts, asking)) ?? (await byPassword(parts, asking));
  if (!mayUseClientId(admitted.account, asking.clientId, parts.accounts.hasAccount))
    return refuse('the client id is the name of another account', BAD_CLIENT_ID);
  return admitted;
}

function refuse(message: string, returnCode: number): never {
  throw Object.assign(new Error(message), { returnCode });
}

/** null: it showed no certificate. */
function byCertificate(parts: LoginParts, { socket, username }: Asking): Admitted | null {
  if (!(socket instanceof TLSSocket)) return null;
  const shown = socket.getPeerX509Certificate();
  if (shown === undefined) return null;
  // Chain, dates and purpose by OpenSSL; then whether we know this very certificate.
  if (!socket.authorized)
    return refuse(`the certificate is not good: ${socket.authorizationError}`, NOT_AUTHORIZED);
  const fingerprint = shown.fingerprint256.replaceAll(':', '').toLowerCase();
  const { certificates } = parts;
  const found = certificates?.check(fingerprint, shown.subject) ?? 'no certificates are taken here';
  if (typeof found === 'string') return refuse(found, NOT_AUTHORIZED);
  const { edge } = found;
  if (shown.subject !== `CN=${edge}`) return refuse(`the certificate does not name ${edge}`, NOT_AUTHORIZED);
  if (username !== undefined && username !== edge)
    return refuse(`the certificate is for ${edge}`, NOT_AUTHORIZED);
  return {
    account: { name: edge, kind: 'edge', byCertificate: true },
    fault() {
      const found = certificates?.check(fingerprint);
      return typeof found === 'string' ? found : null;
    },
  };
}

async function byPassword(parts: LoginParts, { username, password, socket }: Asking): Promise<Admitted> {
  if (username === undefined || password === undefined)
    return refuse('anonymous clients are refused', BAD_LOGIN);
  const { accounts, attempts } = parts;
  const address = socket.remoteAddress ?? 'unknown';
  const waitMs = attempts?.enter(username, address) ?? 0;
  if (waitMs > 0)
    return refuse(`too many wrong logins: it may try again in ${Math.ceil(waitMs / 1000)} s`, BAD_LOGIN);
  // Before it is checked: a change meanwhile counts.
  const mark = accounts.accountMark(username);
  const account = await accounts.checkAccount(username, password.toString('utf8')).catch((error: unknown) => {
    attempts?.undecided(username, address);
    throw error;
  });
  if (account === null) return refuse('wrong user name or password', BAD_LOGIN);
  attempts?.succeeded(username, address);
  return {
    account,
    fault: () =>
      accounts.accountMark(username) === mark ? null : 'its account was removed or has another password',
  };
}
