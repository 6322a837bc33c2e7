/** What an administrator does at the gateway's ledger from the command line: people, tokens, machine accounts. */

import { UserFault } from '../devices/kit/fault.ts';
import { loadSettings, type SettingsSources } from '../devices/kit/settings.ts';
import { ROLES, type Role } from '../devices/wire/api.ts';
import { RESERVED_NAMES } from '../devices/wire/topics.ts';
import { nameSchema } from '../devices/word.ts';
import { type AccountKind, type Accounts, createAccounts } from './accounts.ts';
import { openLedger } from './ledger.ts';
import { randomToken } from './password.ts';
import { gatewaySettingsSchema } from './settings.ts';

const LINK_MS = 3600_000;
const DAY_MS = 86_400_000;

/** The gateway may run meanwhile: the ledger is shared through SQLite's own locks. */
export async function withAccounts<T>(
  sources: SettingsSources,
  work: (accounts: Accounts) => Promise<T>,
): Promise<T> {
  const ledger = openLedger(loadSettings(gatewaySettingsSchema, sources).data_dir);
  try {
    return await work(createAccounts(ledger, Date.now));
  } finally {
    ledger.close();
  }
}

/** Adds a person or gives them a new role and password; answers the password. */
export async function addUser(accounts: Accounts, name: string, role: string): Promise<string> {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,62}$/u.test(name)) {
    throw new UserFault(`user name "${name}": letters, digits, dot, hyphen and @, at most 63`);
  }
  if (!ROLES.includes(role as Role)) throw new UserFault(`role "${role}" is none of ${ROLES.join(', ')}`);
  const password = randomToken();
  await accounts.putUser(name, role as Role, password);
  return password;
}

/** The secret part of a link that logs its user in once within an hour. */
export function addLink(accounts: Accounts, user: string): string {
  if (!accounts.hasUser(user)) throw new UserFault(`there is no user "${user}"`);
  return accounts.issue(user, 'link', LINK_MS);
}

export function addToken(accounts: Accounts, user: string, days: number): string {
  if (!accounts.hasUser(user)) throw new UserFault(`there is no user "${user}"`);
  if (!(days > 0 && days <= 3650)) throw new UserFault(`days "${days}": must be between 1 and 3650`);
  return accounts.issue(user, 'token', days * DAY_MS);
}

/** Adds a machine account at the broker or gives it a new password; answers the password. */
export async function addDevice(accounts: Accounts, name: string, kind: AccountKind): Promise<string> {
  const [issue] = nameSchema.safeParse(name).error?.issues ?? [];
  if (issue) throw new UserFault(`device name "${name}": ${issue.message}`);
  if (kind === 'edge' && RESERVED_NAMES.includes(name)) {
    throw new UserFault(`device name "${name}" has a meaning of its own in topics`);
  }
  const password = randomToken();
  await accounts.putAccount(name, kind, password);
  return password;
}
