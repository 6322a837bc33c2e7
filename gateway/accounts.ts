/** Who there is: machine accounts at the broker, people, and the sessions, tokens and links that stand for people. */
import type { Role, Session } from '../devices/wire/api.ts';
import type { Ledger } from './ledger.ts';
import { hashPassword, hashToken, passwordMatches, randomToken } from './password.ts';

/** subscriber: hears Observations of SensorThings and publishes nothing. */
export type AccountKind = 'edge' | 'flows' | 'subscriber';

export interface Account {
  readonly name: string;
  readonly kind: AccountKind;
}

/** session: a browser's cookie; token: a script's bearer token; link: good for one login. */
export type CredentialKind = 'session' | 'token' | 'link';

export interface Accounts {
  putAccount(name: string, kind: AccountKind, password: string): Promise<void>;
  hasAccount(name: string): boolean;
  checkAccount(name: string, password: string): Promise<Account | null>;
  putUser(name: string, role: Role, password: string | null): Promise<void>;
  hasUser(name: string): boolean;
  checkUser(name: string, password: string): Promise<Session | null>;
  /** A new secret that stands for the user until it expires; it is returned once and kept as a hash. */
  issue(user: string, kind: CredentialKind, lifeMs: number, label?: string): string;
  find(secret: string, kind: CredentialKind): Session | null;
  /** Ends the credential and says whom it stood for: a link is used by this, a session logged out. */
  use(secret: string, kind: CredentialKind): Session | null;
}

export function createAccounts(ledger: Ledger, now: () => number): Accounts {
  const { db } = ledger;
  const insertAccount = db.prepare(
    'INSERT INTO account VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, password = excluded.password',
  );
  const selectAccount = db.prepare('SELECT name, kind, password FROM account WHERE name = ?');
  const insertUser = db.prepare(
    'INSERT INTO user VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET role = excluded.role, password = excluded.password',
  );
  const selectUser = db.prepare('SELECT name, role, password FROM user WHERE name = ?');
  const insertCredential = db.prepare('INSERT INTO credential VALUES (?, ?, ?, ?, ?)');
  const selectCredential = db.prepare(
    'SELECT u.name, u.role FROM credential c JOIN user u ON u.name = c.user WHERE c.hash = ? AND c.kind = ? AND c.expires_at > ?',
  );
  const deleteCredential = db.prepare('DELETE FROM credential WHERE hash = ? AND kind = ?');
  const deleteExpired = db.prepare('DELETE FROM credential WHERE expires_at <= ?');

  const find = (secret: string, kind: CredentialKind): Session | null =>
    (selectCredential.get(hashToken(secret), kind, now()) as Session | undefined) ?? null;

  return {
    async putAccount(name, kind, password) {
      insertAccount.run(name, kind, await hashPassword(password), now());
    },
    hasAccount: (name) => selectAccount.get(name) !== undefined,
    async checkAccount(name, password) {
      const row = selectAccount.get(name) as (Account & { password: string }) | undefined;
      const matches = await passwordMatches(password, row?.password ?? null);
      return row && matches ? { name: row.name, kind: row.kind } : null;
    },
    async putUser(name, role, password) {
      insertUser.run(name, role, password === null ? null : await hashPassword(password), now());
    },
    hasUser: (name) => selectUser.get(name) !== undefined,
    async checkUser(name, password) {
      const row = selectUser.get(name) as (Session & { password: string | null }) | undefined;
      const matches = await passwordMatches(password, row?.password ?? null);
      return row && matches ? { name: row.name, role: row.role } : null;
    },
    issue(user, kind, lifeMs, label) {
      deleteExpired.run(now());
      const secret = randomToken();
      insertCredential.run(hashToken(secret), kind, user, label ?? null, now() + lifeMs);
      return secret;
    },
    find,
    use: (secret, kind) =>
      ledger.transaction(() => {
        const session = find(secret, kind);
        deleteCredential.run(hashToken(secret), kind);
        return session;
      }),
  };
}
