/** What admins ask and send about users, their sessions and tokens, and machine accounts. */

import type { Role } from '../../../../devices/wire/api.ts';
import type {
  Device,
  NewToken,
  SessionRow,
  Token,
  User,
  UserChange,
} from '../../../../devices/wire/users.ts';
import { ApiFault, get, send } from '../../api.ts';
import { t } from '../../i18n.ts';
import type { TextKey } from '../../texts/texts.ts';

export type { Device, NewToken, SessionRow, Token, User };
export type DeviceKind = Device['kind'];

const at = (name: string): string => `/users/${encodeURIComponent(name)}`;

export const users = async (signal: AbortSignal): Promise<readonly User[]> =>
  (await get<{ users: User[] }>('/users', {}, signal)).users;

export interface UserInFull {
  readonly user: User;
  readonly sessions: readonly SessionRow[];
  readonly tokens: readonly Token[];
}

/** Questions under way at once. */
const AT_ONCE = 6;
/** Of so many users the sessions and tokens are asked for with the list: each is two questions. */
export const MOST_IN_FULL = 300;

export async function usersInFull(signal: AbortSignal): Promise<readonly UserInFull[]> {
  const all = (await users(signal)).slice(0, MOST_IN_FULL);
  const found: UserInFull[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE)
    found.push(
      ...(await Promise.all(
        all.slice(from, from + AT_ONCE).map(async (user) => ({
          user,
          ...(await belongings(user.name, signal)),
        })),
      )),
    );
  return found;
}

async function belongings(name: string, signal: AbortSignal): Promise<Omit<UserInFull, 'user'>> {
  const [{ sessions }, { tokens }] = await Promise.all([
    get<{ sessions: SessionRow[] }>(`${at(name)}/sessions`, {}, signal),
    get<{ tokens: Token[] }>(`${at(name)}/tokens`, {}, signal),
  ]);
  return { sessions, tokens };
}

/** Throws an ApiFault of 404 when there is none. */
export async function userInFull(name: string, signal: AbortSignal): Promise<UserInFull> {
  const user = (await users(signal)).find((one) => one.name === name);
  if (user === undefined) throw new ApiFault('refused', 404, name);
  return { user, ...(await belongings(name, signal)) };
}

export interface NewUser {
  readonly name: string;
  readonly role: Role;
  readonly areas: readonly string[] | null;
  readonly password?: string;
}

/** `password`: the one that was made; null: it was given. */
export const addUser = (user: NewUser): Promise<User & { readonly password: string | null }> =>
  saying({ 409: 'users.exists', 400: 'users.refused' }, () => send('POST', '/users', user));

export const changeUser = (name: string, change: UserChange): Promise<User> =>
  saying({ 409: 'users.lastAdmin' }, () => send('PATCH', at(name), change));

export const removeUser = (name: string): Promise<void> =>
  saying({ 409: 'users.lastAdmin' }, () => send('DELETE', at(name)));

export const resetPassword = (
  name: string,
  password?: string,
): Promise<{ readonly password: string | null }> =>
  saying({ 400: 'users.passwordRefused' }, () =>
    send('POST', `${at(name)}/password`, password === undefined ? {} : { password }),
  );

export const endSessions = (name: string): Promise<void> => send('DELETE', `${at(name)}/sessions`);

export const revokeToken = (name: string, id: string): Promise<void> =>
  send('DELETE', `${at(name)}/tokens/${encodeURIComponent(id)}`);

export const devices = async (signal: AbortSignal): Promise<readonly Device[]> =>
  (await get<{ devices: Device[] }>('/devices', {}, signal)).devices;

/** Of one that is there: gives it a new password. */
export const putDevice = (name: string, kind: DeviceKind): Promise<Device & { readonly password: string }> =>
  saying({ 400: 'users.deviceRefused' }, () => send('POST', '/devices', { name, kind }));

export const removeDevice = (name: string): Promise<void> =>
  send('DELETE', `/devices/${encodeURIComponent(name)}`);

/** Says what a status of this call means, in the person's language. */
export async function saying<T>(
  words: Readonly<Record<number, TextKey>>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const key = error instanceof ApiFault ? words[error.status] : undefined;
    // Told as what was refused: a right that is missing is another matter.
    throw key === undefined ? error : new ApiFault('refused', 400, t(key));
  }
}
