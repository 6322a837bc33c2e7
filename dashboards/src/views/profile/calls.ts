/** What the own profile asks and sends. */

import type { Language } from '../../../../devices/parameter.ts';
import type { Duty, OwnDuty } from '../../../../devices/wire/notify.ts';
import type { NewToken, Profile, SessionRow, Token } from '../../../../devices/wire/users.ts';
import { get, send } from '../../api.ts';

export const ownProfile = (signal?: AbortSignal): Promise<Profile> => get('/profile', {}, signal);

export const keepLanguage = (language: Language): Promise<Profile> => send('PATCH', '/profile', { language });

export const changePassword = (old: string, wanted: string): Promise<void> =>
  send('POST', '/profile/password', { old, new: wanted });

export const ownSessions = async (signal: AbortSignal): Promise<readonly SessionRow[]> =>
  (await get<{ sessions: SessionRow[] }>('/profile/sessions', {}, signal)).sessions;

export const endOwnSession = (id: string): Promise<void> =>
  send('DELETE', `/profile/sessions/${encodeURIComponent(id)}`);

export const endOwnSessions = (): Promise<void> => send('DELETE', '/profile/sessions');

export const ownTokens = async (signal: AbortSignal): Promise<readonly Token[]> =>
  (await get<{ tokens: Token[] }>('/tokens', {}, signal)).tokens;

export const issueToken = (token: NewToken): Promise<Token & { readonly token: string }> =>
  send('POST', '/tokens', token);

export const revokeOwnToken = (id: string): Promise<void> =>
  send('DELETE', `/tokens/${encodeURIComponent(id)}`);

/** Of the person who is told of alerts and whose login this is; null: there is none. */
export const ownDuty = async (signal: AbortSignal): Promise<OwnDuty | null> =>
  (await get<{ person: OwnDuty | null }>('/profile/duty', {}, signal)).person;

/** null: always on duty. */
export const setDuty = (duty: readonly Duty[] | null): Promise<unknown> =>
  send('PUT', '/profile/duty', { duty });
