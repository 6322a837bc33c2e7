/** What an administrator does at the gateway's ledger from the command line: people, tokens, machine accounts. */
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import type { z } from 'zod';
import { UserFault } from '../devices/kit/fault.ts';
import { loadSettings, type SettingsSources } from '../devices/kit/settings.ts';
import { ROLES, type Role } from '../devices/wire/api.ts';
import { areasSchema, newTokenSchema, userNameSchema } from '../devices/wire/users.ts';
import { nameSchema } from '../devices/word.ts';
import { type AccountKind, type Accounts, createAccounts } from './accounts.ts';
import { withActor } from './actor.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { randomToken } from './password.ts';
import { type GatewaySettings, gatewaySettingsSchema } from './settings.ts';

/** The gateway may run meanwhile: the ledger is shared through SQLite's own locks, and what is ended here ends there too. */
export async function withLedger<T>(
  sources: SettingsSources,
  work: (ledger: Ledger, settings: GatewaySettings) => T | Promise<T>,
): Promise<T> {
  const settings = loadSettings(gatewaySettingsSchema, sources);
  refuseOtherFolder(sources, settings.data_dir);
  const ledger = openLedger(settings.data_dir);
  try {
    return await withCommandLine(async () => work(ledger, settings));
  } finally {
    ledger.close();
  }
}

export const withAccounts = <T>(
  sources: SettingsSources,
  work: (accounts: Accounts) => Promise<T>,
): Promise<T> => withLedger(sources, (ledger) => work(createAccounts(ledger, Date.now)));

/**
 * A relative data_dir is another one in another folder: what is written there the gateway would never see. A folder that
 * is there may be without a ledger: accounts can be made before a container's first start.
 */
function refuseOtherFolder({ file }: SettingsSources, dataDir: string): void {
  if (file === undefined || existsSync(dataDir)) return;
  throw new UserFault(
    `${file}: data_dir: ${resolve(dataDir)} is not there: is it the one of the gateway, and has that been started once?`,
  );
}

/** Runs `work` in the name of whoever is at the command line. */
export const withCommandLine = <T>(work: () => T): T =>
  withActor({ name: systemUser(), from: 'command line' }, work);

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (!result.success) throw new UserFault(`${what}: ${result.error.issues[0]?.message ?? 'wrong'}`);
  return result.data;
}

const roleOf = (role: string): Role => {
  if (!ROLES.includes(role as Role)) throw new UserFault(`role "${role}" is none of ${ROLES.join(', ')}`);
  return role as Role;
};
const areasOf = (areas: readonly string[] | null): string[] | null =>
  parsed(areasSchema, areas, `areas "${areas?.join('", "')}"`);

/** Adds a person or gives them a new role, areas and password; answers the password. `areas` null: all. */
export async function addUser(
  accounts: Accounts,
  name: string,
  role: string,
  areas: readonly string[] | null = null,
): Promise<string> {
  const user = parsed(userNameSchema, name, `user name "${name}"`);
  const password = randomToken();
  await accounts.putUser(user, { role: roleOf(role), areas: areasOf(areas), password });
  return password;
}

/** The name as it is kept; throws when there is no such user. */
function knownUser(accounts: Accounts, name: string): string {
  const user = name.normalize('NFC');
  if (!accounts.hasUser(user)) throw new UserFault(`there is no user "${name}"`);
  return user;
}

/** Gives a new password, which ends the user's sessions; answers it. */
export async function newPassword(accounts: Accounts, name: string): Promise<string> {
  const password = randomToken();
  await accounts.setPassword(knownUser(accounts, name), password);
  return password;
}

export const removeUser = (accounts: Accounts, name: string): void =>
  accounts.removeUser(knownUser(accounts, name));

/** The secret part of a link that logs its user in once within an hour. */
export const addLink = (accounts: Accounts, name: string): string =>
  accounts.issueLink(knownUser(accounts, name));

export interface TokenLimits {
  readonly label?: string | undefined;
  readonly role?: string | undefined;
  readonly areas?: readonly string[] | undefined;
}

/** A bearer token for so many days; role and areas that are left out are the user's. */
export function addToken(
  accounts: Accounts,
  name: string,
  days: number,
  { label = 'command line', role, areas }: TokenLimits = {},
): string {
  const user = knownUser(accounts, name);
  const wanted = parsed(
    newTokenSchema,
    {
      label,
      days,
      ...(role !== undefined && { role: roleOf(role) }),
      ...(areas !== undefined && { areas: areasOf(areas) }),
    },
    `token of ${name}`,
  );
  return accounts.issueToken(user, wanted).token;
}

/** By the id that the list says. */
export function revokeToken(accounts: Accounts, id: string): void {
  const token = accounts.tokens(null).find((one) => one.id === id);
  if (token === undefined || !accounts.revoke(token.user, 'token', id))
    throw new UserFault(`there is no token "${id}"`);
}

/** Adds a machine account at the broker or gives it a new password; answers the password. */
export async function addDevice(accounts: Accounts, name: string, kind: AccountKind): Promise<string> {
  parsed(nameSchema, name, `device name "${name}"`);
  const password = randomToken();
  await accounts.putAccount(name, kind, password, 'random');
  return password;
}
