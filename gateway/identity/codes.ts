/** Codes for enrolment: made for one edge, shown once, good for an hour and one use. */
import { randomInt } from 'node:crypto';
import { enrolKeys } from '../../devices/kit/enrol-mac.ts';
import { UserFault } from '../../devices/kit/fault.ts';
import { CODE_ALPHABET, CODE_LENGTH, parseCode, spellCode } from '../../devices/wire/identity.ts';
import { RESERVED_NAMES } from '../../devices/wire/topics.ts';
import { nameSchema } from '../../devices/word.ts';
import type { Audit } from '../audit/audit.ts';
import type { Ledger } from '../ledger.ts';

export const CODE_MS = 3600_000;
/** Wrong tries of one code; the address has its own bound. */
const MOST_WRONG = 5;

export interface KeptCode {
  readonly edge: string;
  readonly requestKey: Buffer;
  readonly answerKey: Buffer;
  /** The MAC of the request that used it, and what was answered to that; null: not used yet. */
  readonly used: { readonly by: string; readonly answer: string } | null;
}

export interface IssuedCode {
  /** As a person types it. The ledger cannot tell it again. */
  readonly code: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

export interface Codes {
  /** Takes the place of an earlier code of this edge. Throws a UserFault for a name that no edge can have. */
  issue(edge: string): IssuedCode;
  /** The code of this name that has not ended. */
  find(name: string): KeptCode | null;
  /** Somebody said its name and did not know its secret. */
  wrong(name: string): void;
  /** It has done its work; what proves it is forgotten, the answer is kept for a repeat of the same request. */
  use(name: string, by: string, answer: string): void;
}

interface Row {
  readonly edge: string;
  readonly request_key: string;
  readonly answer_key: string;
  readonly used_by: string | null;
  readonly answer: string | null;
}

export function createCodes(ledger: Ledger, audit: Pick<Audit, 'record'>, now: () => number): Codes {
  const { db } = ledger;
  const selectAccount = db.prepare('SELECT kind FROM account WHERE name = ?');
  const deleteOver = db.prepare('DELETE FROM enrol_code WHERE expires_at <= ?');
  const deleteOf = db.prepare('DELETE FROM enrol_code WHERE edge = ?');
  const insert = db.prepare(
    'INSERT INTO enrol_code (code, edge, request_key, answer_key, expires_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (code) DO NOTHING',
  );
  const select = db.prepare(
    'SELECT edge, request_key, answer_key, used_by, answer FROM enrol_code WHERE code = ? AND expires_at > ?',
  );
  const addWrong = db.prepare('UPDATE enrol_code SET wrong = wrong + 1 WHERE code = ? AND used_by IS NULL');
  const deleteWrong = db.prepare('DELETE FROM enrol_code WHERE code = ? AND wrong >= ?');
  const setUsed = db.prepare(
    "UPDATE enrol_code SET used_by = ?, answer = ?, request_key = '', answer_key = '' WHERE code = ?",
  );

  const nameFault = (edge: string): string | null => {
    const [issue] = nameSchema.safeParse(edge).error?.issues ?? [];
    if (issue) return issue.message;
    if (RESERVED_NAMES.includes(edge)) return 'this name has a meaning of its own in topics';
    const account = selectAccount.get(edge) as { kind: string } | undefined;
    return account === undefined || account.kind === 'edge'
      ? null
      : `this is an account of kind ${account.kind}`;
  };

  return {
    issue: (edge) =>
      ledger.transaction(() => {
        const fault = nameFault(edge);
        if (fault !== null) throw new UserFault(`edge name "${edge}": ${fault}`);
        deleteOver.run(now());
        deleteOf.run(edge);
        const expiresAt = now() + CODE_MS;
        const code = insertNew(edge, expiresAt);
        audit.record({
          action: 'code.issued',
          what: `edges/${edge}`,
          after: { code: code.slice(0, 4), expires_at: expiresAt },
        });
        return { code, expiresAt };
      }),
    find(name) {
      const row = select.get(name, now()) as Row | undefined;
      if (row === undefined) return null;
      return {
        edge: row.edge,
        requestKey: Buffer.from(row.request_key, 'base64url'),
        answerKey: Buffer.from(row.answer_key, 'base64url'),
        used: row.used_by === null || row.answer === null ? null : { by: row.used_by, answer: row.answer },
      };
    },
    wrong: (name) =>
      ledger.transaction(() => {
        addWrong.run(name);
        deleteWrong.run(name, MOST_WRONG);
      }),
    use: (name, by, answer) => void setUsed.run(by, answer, name),
  };

  /** Another one when its first part names a code that waits. */
  function insertNew(edge: string, expiresAt: number): string {
    for (let tries = 0; tries < 100; tries++) {
      const code = parseCode(
        Array.from({ length: CODE_LENGTH }, () => CODE_ALPHABET[randomInt(32)]).join(''),
      );
      if (code === null) continue;
      const { request, answer } = enrolKeys(code);
      const keys = [request.toString('base64url'), answer.toString('base64url')] as const;
      if (insert.run(code.name, edge, ...keys, expiresAt).changes === 1) return spellCode(code);
    }
    throw new UserFault('there are too many codes that wait: try again when some are over');
  }
}
