/**
 * What stands for a user: sessions of browsers, API tokens of scripts, and links that log in once. Each is a secret of 256 bits
 * that is told once and kept as its hash. They are read from the ledger at each call: what is revoked, by whatever process, ends
 * with the next one; holds.ts ends what stays open.
 */
import type { Session } from '../../devices/wire/api.ts';
import { MOST_TOKEN_DAYS, type NewToken, type SessionRow, type Token } from '../../devices/wire/users.ts';
import type { Audit } from '../audit/audit.ts';
import type { Ledger } from '../ledger.ts';
import { hashToken, randomToken } from '../password.ts';
import { AccountFault } from './fault.ts';
import { areasOf, areasText, checkRights, common, isWithin, type Rights } from './rights.ts';

/** session: a browser's cookie; token: a script's bearer token; link: good for one login. */
export type CredentialKind = 'session' | 'token' | 'link';

/**
 * OWASP ASVS 4.0.3, 3.3.2 at level 2: log in again after 12 hours, or 30 minutes without use. Every call is use, and so is an open
 * stream: a closed screen ends within half an hour. A viewer sees and changes nothing but what is their own: for them the 30 days
 * of level 1 hold, so that a screen on the wall of the operations room stays while it is open.
 */
const SESSION_MS = 12 * 3600_000;
const VIEWER_SESSION_MS = 30 * 86_400_000;
/** The longest that a session of this role lasts, however busy. */
export const sessionMs = (role: Session['role']): number =>
  role === 'viewer' ? VIEWER_SESSION_MS : SESSION_MS;
export const IDLE_MS = 30 * 60_000;
const LINK_MS = 3600_000;
const DAY_MS = 86_400_000;
/** Use is written down at most so often: a call that reads must not wait for the disk each time. */
const WRITE_USE_MS = 60_000;
/** Of one user and kind. The oldest session or link makes room; a token is asked to be revoked. */
const MOST = { session: 50, link: 20, token: 100 } as const;
const MOST_USES = 10_000;

/** Whom a secret stands for, and with what rights now. */
export interface Credential extends Session {
  readonly id: string;
  readonly kind: CredentialKind;
}

export interface Credentials {
  /** A login; null when the user is gone. The secret goes into the cookie. */
  startSession(user: string, from: string, agent: string | null): string | null;
  issueLink(user: string): string;
  /** Rights that are left out are the user's. Throws AccountFault when it would have more, or there are too many. */
  issueToken(user: string, token: NewToken): Token & { readonly token: string };
  find(secret: string, kind: CredentialKind): Credential | null;
  /** The same by its id, and counted as used: for what stays open. */
  stillStands(id: string): Credential | null;
  /** Ends the credential and says whom it stood for: a link is used by this, a session logged out. */
  use(secret: string, kind: CredentialKind): Credential | null;
  /** Newest first; `current` is the id of the session that asks. */
  sessions(user: string, current: string | null): SessionRow[];
  /** Of one user, or of all. */
  tokens(user: string | null): Token[];
  /** Ends one of the user's and answers whether there was such a one. */
  revoke(user: string, kind: 'session' | 'token', id: string): boolean;
  /** Ends all sessions and links of a user but `except`; answers how many sessions. */
  endSessions(user: string, except: string | null): number;
}

interface Row {
  readonly id: string;
  readonly kind: CredentialKind;
  readonly user: string;
  readonly label: string | null;
  readonly role: Session['role'] | null;
  readonly areas: string | null;
  readonly user_role: Session['role'];
  readonly user_areas: string | null;
  readonly created_at: number | null;
  readonly used_at: number | null;
  readonly expires_at: number;
  readonly made_from: string | null;
  readonly agent: string | null;
}

/** The most that it may do; NULL of earlier versions: what its user may. */
const mostOf = (row: Row): Rights =>
  row.role === null
    ? { role: row.user_role, areas: areasOf(row.user_areas) }
    : { role: row.role, areas: areasOf(row.areas) };

export function createCredentials(
  ledger: Ledger,
  now: () => number,
  audit: Pick<Audit, 'record'>,
): Credentials {
  const { db } = ledger;
  const insert = db.prepare(
    `INSERT INTO credential (hash, kind, user, label, expires_at, id, role, areas, created_at, used_at, made_from, agent)
     VALUES (?, ?, ?, ?, ?, lower(hex(randomblob(8))), ?, ?, ?, ?, ?, ?) RETURNING id`,
  );
  const ROWS = `SELECT c.*, u.role AS user_role, u.areas AS user_areas FROM credential c JOIN user u ON u.name = c.user
     WHERE c.expires_at > :now`;
  const selectByHash = db.prepare(`${ROWS} AND c.hash = :hash AND c.kind = :kind`);
  const selectById = db.prepare(`${ROWS} AND c.id = :id`);
  const selectOf = db.prepare(
    `${ROWS} AND c.kind = :kind AND (:user IS NULL OR c.user = :user) ORDER BY c.rowid DESC`,
  );
  const writeUse = db.prepare('UPDATE credential SET used_at = ? WHERE id = ?');
  const writeLogin = db.prepare('UPDATE user SET last_login_at = ? WHERE name = ?');
  const selectUser = db.prepare('SELECT role, areas FROM user WHERE name = ?');
  const remove = db.prepare('DELETE FROM credential WHERE id = ? AND user = ? AND kind = ?');
  const removeOthers = db.prepare(
    "DELETE FROM credential WHERE user = ? AND kind IN ('session', 'link') AND id IS NOT ?",
  );
  const removeOld = db.prepare(
    `DELETE FROM credential WHERE user = :user AND kind = :kind AND id NOT IN
     (SELECT id FROM credential WHERE user = :user AND kind = :kind ORDER BY rowid DESC LIMIT :most)`,
  );
  const removeExpired = db.prepare(
    "DELETE FROM credential WHERE expires_at <= :now OR (kind = 'session' AND used_at <= :now - :idle)",
  );
  /** When use was last written or tried to be: with a full disk people must go on seeing what happens. */
  const uses = new Map<string, number>();

  const lastUse = (row: Row): number => Math.max(row.used_at ?? 0, uses.get(row.id) ?? 0);
  /** By the role of now: a viewer who was given another one has no longer login for it. */
  const endOf = ({ kind, created_at, expires_at, user_role }: Row): number =>
    kind === 'session' && created_at !== null
      ? Math.min(expires_at, created_at + sessionMs(user_role))
      : expires_at;
  const isOver = (row: Row): boolean =>
    row.kind === 'session' && (now() >= endOf(row) || now() - lastUse(row) >= IDLE_MS);
  const used = (row: Row): void => {
    const last = lastUse(row);
    if (now() - last < WRITE_USE_MS && last <= now()) return;
    uses.delete(row.id);
    uses.set(row.id, now());
    const oldest = uses.keys().next();
    if (uses.size > MOST_USES && !oldest.done) uses.delete(oldest.value);
    try {
      writeUse.run(now(), row.id);
    } catch {
      // It is told to nobody but its user, and the disk's fault is told by everything else that writes.
    }
  };
  const credentialOf = (row: Row | undefined): Credential | null => {
    const rights =
      row && !isOver(row) && common({ role: row.user_role, areas: areasOf(row.user_areas) }, mostOf(row));
    return row && rights ? { name: row.user, ...rights, id: row.id, kind: row.kind } : null;
  };
  const found = (row: Row | undefined): Credential | null => {
    const credential = credentialOf(row);
    if (row !== undefined && credential !== null && row.kind !== 'link') used(row);
    return credential;
  };
  const rowOf = (secret: string, kind: CredentialKind): Row | undefined =>
    selectByHash.get({ now: now(), hash: hashToken(secret), kind }) as Row | undefined;
  const rowsOf = (kind: CredentialKind, user: string | null): Row[] =>
    (selectOf.all({ now: now(), kind, user }) as unknown as Row[]).filter((row) => !isOver(row));

  const issue = (
    user: string,
    kind: CredentialKind,
    lifeMs: number,
    more: { label?: string; rights?: Rights; from?: string; agent?: string | null } = {},
  ): { readonly id: string; readonly secret: string } => {
    removeExpired.run({ now: now(), idle: IDLE_MS });
    const secret = randomToken();
    const { label = null, rights, from = null, agent = null } = more;
    const { id } = insert.get(
      hashToken(secret),
      kind,
      user,
      label,
      now() + lifeMs,
      rights?.role ?? null,
      areasText(rights?.areas ?? null),
      now(),
      kind === 'session' ? now() : null,
      from?.slice(0, 100) ?? null,
      agent?.slice(0, 300) ?? null,
    ) as { id: string };
    if (kind !== 'token') removeOld.run({ user, kind, most: MOST[kind] });
    return { id, secret };
  };
  const rightsOf = (user: string): Rights => {
    const row = selectUser.get(user) as { role: Session['role']; areas: string | null } | undefined;
    if (row === undefined) throw new AccountFault('unknown', `there is no user "${user}"`);
    return { role: row.role, areas: areasOf(row.areas) };
  };

  return {
    startSession: (user, from, agent) =>
      ledger.transaction(() => {
        if (writeLogin.run(now(), user).changes === 0) return null;
        const { id, secret } = issue(user, 'session', sessionMs(rightsOf(user).role), { from, agent });
        audit.record({ action: 'login', what: `users/${user}`, after: { session: id } });
        return secret;
      }),
    issueLink: (user) =>
      ledger.transaction(() => {
        rightsOf(user);
        const { secret } = issue(user, 'link', LINK_MS);
        audit.record({ action: 'link.issue', what: `users/${user}` });
        return secret;
      }),
    issueToken: (user, { label, days, role, areas }) =>
      ledger.transaction(() => {
        if (!(days >= 1 && days <= MOST_TOKEN_DAYS))
          throw new AccountFault('wrong', `days "${days}": must be between 1 and ${MOST_TOKEN_DAYS}`);
        const most = rightsOf(user);
        const rights = { role: role ?? most.role, areas: areas === undefined ? most.areas : areas };
        checkRights(rights);
        if (!isWithin(rights, most))
          throw new AccountFault(
            'wrong',
            `a token may do no more than ${user}: ${most.role}, ${placesOf(most)}`,
          );
        if (rowsOf('token', user).length >= MOST.token)
          throw new AccountFault('conflict', `user "${user}" has ${MOST.token} tokens: revoke one first`);
        const { id, secret } = issue(user, 'token', days * DAY_MS, { label, rights });
        const made = rowsOf('token', user).find((row) => row.id === id);
        if (made === undefined) throw new Error('a token that was written is not there');
        const { user: _user, ...told } = tokenOf(made);
        audit.record({ action: 'token.issue', what: `users/${user}/tokens/${id}`, after: told });
        return { ...tokenOf(made), token: secret };
      }),
    find: (secret, kind) => found(rowOf(secret, kind)),
    stillStands: (id) => found(selectById.get({ now: now(), id }) as Row | undefined),
    use: (secret, kind) =>
      ledger.transaction(() => {
        const credential = credentialOf(rowOf(secret, kind));
        if (credential !== null) remove.run(credential.id, credential.name, kind);
        return credential;
      }),
    sessions: (user, current) =>
      rowsOf('session', user).map((row) => ({
        id: row.id,
        created_at: row.created_at,
        used_at: row.used_at,
        expires_at: endOf(row),
        from: row.made_from,
        agent: row.agent,
        current: row.id === current,
      })),
    tokens: (user) => rowsOf('token', user).map(tokenOf),
    revoke: (user, kind, id) =>
      ledger.transaction(() => {
        if (remove.run(id, user, kind).changes === 0) return false;
        audit.record({ action: `${kind}.revoke`, what: `users/${user}/${kind}s/${id}` });
        return true;
      }),
    endSessions: (user, except) =>
      ledger.transaction(() => {
        const ended = rowsOf('session', user).filter(({ id }) => id !== except).length;
        const removed = removeOthers.run(user, except).changes;
        if (Number(removed) > 0)
          audit.record({
            action: 'session.revoke',
            what: `users/${user}/sessions`,
            before: { sessions: ended },
          });
        return ended;
      }),
  };
}

const placesOf = ({ areas }: Rights): string => (areas === null ? 'all areas' : areas.join(', '));

const tokenOf = (row: Row): Token => ({
  id: row.id,
  user: row.user,
  label: row.label,
  ...mostOf(row),
  created_at: row.created_at,
  used_at: row.used_at,
  expires_at: row.expires_at,
});
