/** People who may log in: role, areas and password, each change on the audit log in its own transaction. */
import type { Session } from '../../devices/wire/api.ts';
import type { Language, Profile, User, UserChange } from '../../devices/wire/users.ts';
import type { Audit } from '../audit/audit.ts';
import type { Ledger } from '../ledger.ts';
import { hashPassword, isOutdated, passwordMatches } from '../password.ts';
import { AccountFault } from './fault.ts';
import { passwordFault } from './password-rules.ts';
import { areasOf, areasText, checkRights, type Rights } from './rights.ts';

export interface NewUser extends Rights {
  /** null: logs in by one-time links only. */
  readonly password: string | null;
}

/** Throws AccountFault for what cannot be; names are as `userNameSchema` (devices/wire/users.ts) leaves them. */
export interface Users {
  /** Adds a user, or gives one another role, areas and password, which ends the sessions and links there were. */
  putUser(name: string, user: NewUser): Promise<void>;
  /** The same for one who must not be there yet. */
  addUser(name: string, user: NewUser): Promise<void>;
  hasUser(name: string): boolean;
  profile(name: string): Profile | null;
  users(): User[];
  changeUser(name: string, change: UserChange): void;
  /** Ends sessions and links of the user, but for the session `except` (its id). */
  setPassword(name: string, password: string, except?: string): Promise<void>;
  setLanguage(name: string, language: Language): void;
  /** With their sessions, links and tokens. */
  removeUser(name: string): void;
  /** null: no such user or a wrong password, after the same time. Rejects with TooBusy (turns.ts). */
  checkUser(name: string, password: string): Promise<Session | null>;
}

const MOST_USERS = 5000;
/** What else writes into the audit log must not be taken for a person: the gateway, the token of its settings, who is not logged in. */
const TAKEN = ['gateway', 'token', 'nobody'];

interface Row {
  readonly name: string;
  readonly role: User['role'];
  readonly areas: string | null;
  readonly password: string | null;
  readonly language: Language;
  readonly created_at: number;
  readonly password_changed_at: number | null;
  readonly last_login_at: number | null;
}

const userOf = ({ password: _password, language: _language, ...row }: Row): User => ({
  ...row,
  areas: areasOf(row.areas),
});
const rightsOf = ({ role, areas }: Row): Rights => ({ role, areas: areasOf(areas) });

function hashNew(name: string, password: string): Promise<string> {
  const fault = passwordFault(name, password);
  if (fault !== null) throw new AccountFault('wrong', `the password ${fault}`);
  return hashPassword(password);
}

export function createUsers(ledger: Ledger, now: () => number, audit: Pick<Audit, 'record'>): Users {
  const { db } = ledger;
  const insert = db.prepare(
    `INSERT INTO user (name, role, areas, password, created_at, password_changed_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET role = excluded.role, areas = excluded.areas, password = excluded.password,
       password_changed_at = excluded.password_changed_at`,
  );
  const select = db.prepare('SELECT * FROM user WHERE name = ?');
  const selectAll = db.prepare('SELECT * FROM user ORDER BY name');
  const counts = db.prepare(
    "SELECT count(*) AS users, count(iif(role = 'admin', 1, NULL)) AS admins FROM user",
  );
  const updateRights = db.prepare('UPDATE user SET role = ?, areas = ? WHERE name = ?');
  const updatePassword = db.prepare('UPDATE user SET password = ?, password_changed_at = ? WHERE name = ?');
  const updateHash = db.prepare('UPDATE user SET password = ? WHERE name = ? AND password = ?');
  const updateLanguage = db.prepare('UPDATE user SET language = ? WHERE name = ?');
  const remove = db.prepare('DELETE FROM user WHERE name = ?');
  // Tokens are of scripts, which do not know the password; they are listed and revoked by themselves.
  const endLogins = db.prepare("DELETE FROM credential WHERE user = ? AND kind <> 'token' AND id IS NOT ?");

  const rowOf = (name: string): Row | undefined => select.get(name) as Row | undefined;
  const existing = (name: string): Row => {
    const row = rowOf(name);
    if (row === undefined) throw new AccountFault('unknown', `there is no user "${name}"`);
    return row;
  };
  /** Without any nobody could ever add one again over the API. */
  const keepAnAdmin = (row: Row): void => {
    if (row.role === 'admin' && Number(counts.get()?.admins) <= 1)
      throw new AccountFault(
        'conflict',
        `user "${row.name}" is the last admin: make somebody else one first`,
      );
  };

  const put = async (name: string, { role, areas, password }: NewUser, mayExist: boolean): Promise<void> => {
    if (TAKEN.includes(name.toLowerCase()))
      throw new AccountFault('wrong', `user name "${name}" has a meaning of its own in the audit log`);
    checkRights({ role, areas });
    const hash = password === null ? null : await hashNew(name, password);
    ledger.transaction(() => {
      const row = rowOf(name);
      if (row !== undefined && !mayExist)
        throw new AccountFault('conflict', `there is a user "${name}" already`);
      if (row === undefined && Number(counts.get()?.users) >= MOST_USERS)
        throw new AccountFault('conflict', `there are ${MOST_USERS} users already`);
      if (row !== undefined && role !== 'admin') keepAnAdmin(row);
      insert.run(name, role, areasText(areas), hash, now(), hash === null ? null : now());
      endLogins.run(name, null);
      audit.record({
        action: 'user.put',
        what: `users/${name}`,
        before: row && { ...rightsOf(row), password: row.password },
        after: { role, areas, password: hash },
      });
    });
  };

  return {
    putUser: (name, user) => put(name, user, true),
    addUser: (name, user) => put(name, user, false),
    hasUser: (name) => rowOf(name) !== undefined,
    profile(name) {
      const row = rowOf(name);
      return row === undefined ? null : { ...userOf(row), language: row.language };
    },
    users: () => (selectAll.all() as unknown as Row[]).map(userOf),
    changeUser(name, change) {
      ledger.transaction(() => {
        const row = existing(name);
        const before = rightsOf(row);
        const after = {
          role: change.role ?? before.role,
          areas: change.areas === undefined ? before.areas : change.areas,
        };
        checkRights(after);
        if (after.role !== 'admin') keepAnAdmin(row);
        updateRights.run(after.role, areasText(after.areas), name);
        audit.record({ action: 'user.put', what: `users/${name}`, before, after });
      });
    },
    async setPassword(name, password, except) {
      existing(name);
      const hash = await hashNew(name, password);
      ledger.transaction(() => {
        existing(name);
        updatePassword.run(hash, now(), name);
        endLogins.run(name, except ?? null);
        audit.record({ action: 'password.set', what: `users/${name}` });
      });
    },
    setLanguage(name, language) {
      ledger.transaction(() => {
        const { language: before } = existing(name);
        if (before === language) return;
        updateLanguage.run(language, name);
        audit.record({
          action: 'user.put',
          what: `users/${name}`,
          before: { language: before },
          after: { language },
        });
      });
    },
    removeUser(name) {
      ledger.transaction(() => {
        const row = existing(name);
        keepAnAdmin(row);
        remove.run(name);
        audit.record({ action: 'user.remove', what: `users/${name}`, before: rightsOf(row) });
      });
    },
    async checkUser(name, password) {
      const row = rowOf(name);
      if (!(await passwordMatches(password, row?.password ?? null))) return null;
      // It may have been changed or removed meanwhile.
      const hash = row?.password;
      if (!hash || rowOf(name)?.password !== hash) return null;
      if (isOutdated(hash)) updateHash.run(await hashPassword(password), name, hash);
      const found = rowOf(name);
      return found === undefined ? null : { name, ...rightsOf(found) };
    },
  };
}
