/** Who there is: machine accounts at the broker, people, and the sessions, tokens and links that stand for people. */
import type { KnownPlaces } from '../devices/kit/attempts.ts';
import { createAudit } from './audit/audit.ts';
import type { Ledger } from './ledger.ts';
import { createChanges } from './users/changes.ts';
import { type Credentials, createCredentials } from './users/credentials.ts';
import { createKnownPlaces } from './users/known-places.ts';
import { createMachines, type Machines } from './users/machines.ts';
import { createUsers, type Users } from './users/users.ts';

export type { Account, AccountKind } from './users/machines.ts';

/** The same file may be open in several processes: the gateway and commands beside it. */
export interface Accounts extends Machines, Users, Credentials {
  /**
   * Something may no longer stand: whoever keeps open what rests on an account or a credential looks again (`accountMark`, `find`).
   * Called after each change here, and within a second of one by a command. Answers what to call to hear no more.
   */
  onRevoked(listener: () => void): () => void;
  /** From where people and machines have got in (devices/kit/attempts.ts). */
  readonly known: { readonly people: KnownPlaces; readonly machines: KnownPlaces };
}

export function createAccounts(ledger: Ledger, now: () => number): Accounts {
  const audit = createAudit(ledger, now);
  const machines = createMachines(ledger, now, audit);
  const users = createUsers(ledger, now, audit);
  const credentials = createCredentials(ledger, now, audit);
  const changes = createChanges(ledger);
  const told =
    <A extends readonly unknown[], T>(change: (...given: A) => T) =>
    (...given: A): T => {
      const result = change(...given);
      if (result instanceof Promise) result.then(changes.tell, () => {});
      else changes.tell();
      return result;
    };

  return {
    ...machines,
    ...users,
    ...credentials,
    putAccount: told(machines.putAccount),
    removeAccount: told(machines.removeAccount),
    putUser: told(users.putUser),
    changeUser: told(users.changeUser),
    setPassword: told(users.setPassword),
    removeUser: told(users.removeUser),
    use: told(credentials.use),
    revoke: told(credentials.revoke),
    endSessions: told(credentials.endSessions),
    onRevoked: changes.listen,
    known: {
      people: createKnownPlaces(ledger, 'user', now),
      machines: createKnownPlaces(ledger, 'account', now),
    },
  };
}
