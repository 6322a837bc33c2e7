/** Machine accounts of the broker: edges, flows, and subscribers of SensorThings. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { RESERVED_NAMES } from '../../devices/wire/topics.ts';
import type { ACCOUNT_KINDS, Device } from '../../devices/wire/users.ts';
import type { Audit } from '../audit/audit.ts';
import { createCertificates } from '../identity/certificates.ts';
import type { Ledger } from '../ledger.ts';
import { hashFullEntropy, hashMachinePassword, passwordMatches } from '../password.ts';
import { AccountFault } from './fault.ts';

/** subscriber: hears Observations of SensorThings and publishes nothing. */
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

export interface Account {
  readonly name: string;
  readonly kind: AccountKind;
  /** Of a connection that showed a certificate, which is an edge's; absent: it came with a password. */
  readonly byCertificate?: true;
}

/** `random`: it is `randomToken()`, and checking it costs nothing; `chosen`: anything else. */
export type PasswordOrigin = 'random' | 'chosen';

export interface Machines {
  /** Adds an account or gives it another kind and password, from then on its only way in: certificates and codes of the name end. */
  putAccount(name: string, kind: AccountKind, password: string, origin?: PasswordOrigin): Promise<void>;
  hasAccount(name: string): boolean;
  /** null: no such account or a wrong password, after the same time. Rejects with TooBusy (turns.ts). */
  checkAccount(name: string, password: string): Promise<Account | null>;
  devices(): Device[];
  device(name: string): Device | null;
  /** With its certificates and a code that waits: none of them lives again with the name. Throws AccountFault when there is none. */
  removeAccount(name: string): void;
  /** What must be the same for a connection of the account to go on; null: it is gone. */
  accountMark(name: string): string | null;
}

const MOST_ACCOUNTS = 20_000;
/** Passwords that were found right, for which a slow hash was needed: as many as the broker has connections. */
const MOST_REMEMBERED = 10_000;

type Row = Account & { readonly password: string };

export function createMachines(ledger: Ledger, now: () => number, audit: Pick<Audit, 'record'>): Machines {
  const { db } = ledger;
  const certificates = createCertificates(ledger, audit, now);
  const upsert = db.prepare(
    `INSERT INTO account (name, kind, password, created_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, password = excluded.password`,
  );
  const select = db.prepare('SELECT name, kind, password FROM account WHERE name = ?');
  const count = db.prepare('SELECT count(*) AS count FROM account');
  const remove = db.prepare('DELETE FROM account WHERE name = ?');
  const DEVICES =
    'SELECT a.name, a.kind, a.created_at, e.at AS seen_at FROM account a LEFT JOIN edge e ON e.name = a.name';
  const selectDevices = db.prepare(`${DEVICES} ORDER BY a.name`);
  const selectDevice = db.prepare(`${DEVICES} WHERE a.name = ?`);
  const rowOf = (name: string): Row | undefined => select.get(name) as Row | undefined;
  const right = createRightPasswords();

  return {
    async putAccount(name, kind, password, origin = 'chosen') {
      if (kind === 'edge' && RESERVED_NAMES.includes(name))
        throw new AccountFault('wrong', `device name "${name}" has a meaning of its own in topics`);
      const hash = origin === 'random' ? hashFullEntropy(password) : await hashMachinePassword(password);
      ledger.transaction(() => {
        const before = rowOf(name);
        if (before === undefined && Number(count.get()?.count) >= MOST_ACCOUNTS)
          throw new AccountFault('conflict', `there are ${MOST_ACCOUNTS} machine accounts already`);
        certificates.revoke(name, 'a new password');
        upsert.run(name, kind, hash, now());
        audit.record({
          action: 'device.put',
          what: `devices/${name}`,
          before: before && { kind: before.kind, password: before.password },
          after: { kind, password: hash },
        });
      });
    },
    hasAccount: (name) => select.get(name) !== undefined,
    async checkAccount(name, password) {
      const row = rowOf(name);
      if (row !== undefined && right.isKnown(row, password)) return { name, kind: row.kind };
      if (!(await passwordMatches(password, row?.password ?? null, 'machine'))) return null;
      // It may have been changed or removed meanwhile.
      if (row === undefined || rowOf(name)?.password !== row.password) return null;
      right.remember(row, password);
      return { name, kind: row.kind };
    },
    devices: () => selectDevices.all() as unknown as Device[],
    device: (name) => (selectDevice.get(name) as Device | undefined) ?? null,
    removeAccount(name) {
      ledger.transaction(() => {
        const before = rowOf(name);
        if (before === undefined) throw new AccountFault('unknown', `there is no device "${name}"`);
        certificates.revoke(name, 'its account was removed');
        remove.run(name);
        audit.record({ action: 'device.remove', what: `devices/${name}`, before: { kind: before.kind } });
      });
    },
    accountMark(name) {
      const row = rowOf(name);
      return row === undefined ? null : JSON.stringify([row.kind, row.password]);
    },
  };
}

/**
 * A slow hash is asked once for each account and start: after that a keyed hash in memory says the same at once, so that a
 * thousand edges that come back together are not a minute of work. The key is of this process and on no disk.
 */
function createRightPasswords() {
  const key = randomBytes(32);
  const right = new Map<string, { readonly hash: string; readonly mac: Buffer }>();
  const macOf = (password: string): Buffer => createHmac('sha256', key).update(password).digest();
  return {
    isKnown({ name, password: hash }: Row, given: string): boolean {
      const known = right.get(name);
      return known?.hash === hash && timingSafeEqual(known.mac, macOf(given));
    },
    remember({ name, password: hash }: Row, given: string): void {
      if (!hash.startsWith('scrypt$')) return;
      right.delete(name);
      right.set(name, { hash, mac: macOf(given) });
      const oldest = right.keys().next();
      if (right.size > MOST_REMEMBERED && !oldest.done) right.delete(oldest.value);
    },
  };
}
