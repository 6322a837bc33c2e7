/** Lists of accounts as commands print them: a line each, or JSON. */
import type { Accounts } from '../accounts.ts';

type Say = (line: string) => void;

const dayOf = (at: number | null): string =>
  at === null ? 'never' : new Date(at).toISOString().slice(0, 16);
const placesOf = (areas: readonly string[] | null): string => areas?.join(', ') ?? 'all areas';

export function listUsers(accounts: Accounts, json: boolean, say: Say): void {
  const users = accounts.users();
  if (json) {
    say(JSON.stringify({ users }));
    return;
  }
  for (const { name, role, areas, last_login_at } of users)
    say(`${name}  ${role}  ${placesOf(areas)}  last login ${dayOf(last_login_at)}`);
  say(`${users.length} users`);
}

export function listTokens(accounts: Accounts, json: boolean, say: Say): void {
  const tokens = accounts.tokens(null);
  if (json) {
    say(JSON.stringify({ tokens }));
    return;
  }
  for (const { id, user, label, role, areas, expires_at, used_at } of tokens)
    say(
      `${id}  ${user}  ${label ?? ''}  ${role}  ${placesOf(areas)}  until ${dayOf(expires_at)}  used ${dayOf(used_at)}`,
    );
  say(`${tokens.length} tokens`);
}

export function listDevices(accounts: Accounts, json: boolean, say: Say): void {
  const devices = accounts.devices();
  if (json) {
    say(JSON.stringify({ devices }));
    return;
  }
  for (const { name, kind, created_at, seen_at } of devices)
    say(
      `${name}  ${kind}  added ${dayOf(created_at)}  seen ${seen_at === null ? 'unknown' : dayOf(seen_at)}`,
    );
  say(`${devices.length} devices`);
}
