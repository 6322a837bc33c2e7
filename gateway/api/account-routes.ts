/** All that is about accounts, with one count of wrong tries: logins, one-time links and old passwords. */

import { createAttempts } from '../../devices/kit/attempts.ts';
import type { Accounts } from '../accounts.ts';
import type { AccountFaultKind } from '../users/fault.ts';
import { deviceRoutes } from './devices.ts';
import { loginRoutes } from './login.ts';
import { profileRoutes } from './profile.ts';
import type { Api } from './server.ts';
import { tokenRoutes } from './tokens.ts';
import { userRoutes } from './users.ts';

/** How an AccountFault is answered. */
export const FAULT_STATUS: Readonly<Record<AccountFaultKind, number>> = {
  unknown: 404,
  conflict: 409,
  wrong: 400,
};

export function accountRoutes(
  app: Api,
  { accounts, now }: { readonly accounts: Accounts; readonly now: () => number },
): void {
  const attempts = createAttempts({ now, known: accounts.known.people });
  loginRoutes(app, { accounts, attempts, now });
  profileRoutes(app, { accounts, attempts });
  userRoutes(app, { accounts });
  tokenRoutes(app, { accounts });
  deviceRoutes(app, { accounts });
}
