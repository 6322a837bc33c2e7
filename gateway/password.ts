/**
 * Passwords and tokens: hashed before they are kept, compared in constant time. Three kinds of hash, told apart by how they begin:
 *
 * - `$argon2id$v=19$m=19456,t=2,p=1$salt$key`: passwords of people (RFC 9106; parameters of OWASP's Password Storage Cheat Sheet;
 *   PHC string, base64 without padding)
 * - `scrypt$16384$salt$key`: passwords of machines that somebody chose, and people's of earlier versions
 * - `sha256$hash`: passwords of machines that are `randomToken()`: with 256 bits of entropy there is nothing to guess
 */
import { argon2, createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { createTurns } from './users/turns.ts';

interface ArgonCost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** KiB, passes, lanes: about 50 ms and 19 MiB a check on district hardware. */
const ARGON: ArgonCost = { memory: 19_456, passes: 2, parallelism: 1 };
const ARGON_PREFIX = `$argon2id$v=19$m=${ARGON.memory},t=${ARGON.passes},p=${ARGON.parallelism}$`;
/** scrypt work factor: about 50 ms and 16 MB a check on district hardware. */
const SCRYPT_COST = 16_384;
const KEY_BYTES = 32;

/**
 * libuv has four threads for these and for files: one is always left to files. 10,000 is the number of connections that the broker
 * takes: who comes beyond is told to come again.
 */
const turns = createTurns(Math.min(3, availableParallelism()), 10_000);

/** A Vietnamese letter is typed as one character or as several, depending on the keyboard: both are the same password. */
export const normalized = (password: string): string => password.normalize('NFKC');

const argonKey = (password: string, nonce: Buffer, cost: ArgonCost): Promise<Buffer> =>
  turns.take(
    () =>
      new Promise((resolve, reject) => {
        const message = normalized(password);
        argon2('argon2id', { ...cost, message, nonce, tagLength: KEY_BYTES }, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );

const scryptKey = (password: string, salt: Buffer): Promise<Buffer> =>
  turns.take(
    () =>
      new Promise((resolve, reject) => {
        scrypt(password, salt, KEY_BYTES, { N: SCRYPT_COST, r: 8, p: 1 }, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** For what a person chose and types. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  return `${ARGON_PREFIX}${unpadded(nonce)}$${unpadded(await argonKey(password, nonce, ARGON))}`;
}

/** For what a person chose and a machine sends. */
export async function hashMachinePassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `scrypt$${SCRYPT_COST}$${salt.toString('base64')}$${(await scryptKey(password, salt)).toString('base64')}`;
}

/** For `randomToken()` only. */
export const hashFullEntropy = (password: string): string => `sha256$${hashToken(password)}`;

/** Whoever does not exist is compared with these, and nothing matches: it takes as long as a wrong password. */
const NOBODY = {
  person: `${ARGON_PREFIX}${unpadded(Buffer.alloc(16))}$${unpadded(Buffer.alloc(KEY_BYTES))}`,
  machine: `scrypt$${SCRYPT_COST}$${Buffer.alloc(16).toString('base64')}$${Buffer.alloc(KEY_BYTES).toString('base64')}`,
} as const;

/**
 * Whether it is the password of `hash`. null: there is none, and the answer takes as long as for a wrong one of this kind.
 * Rejects with TooBusy (users/turns.ts) when too many wait for an answer.
 */
export async function passwordMatches(
  password: string,
  hash: string | null,
  kind: keyof typeof NOBODY = 'person',
): Promise<boolean> {
  if (hash === null) {
    await slowMatch(password, NOBODY[kind]);
    return false;
  }
  if (!hash.startsWith('sha256$')) return slowMatch(password, hash);
  if (sameText(hashFullEntropy(password), hash)) return true;
  // What is quick when it is right must not be quick when it is wrong: that would tell which names there are.
  await slowMatch(password, NOBODY[kind]);
  return false;
}

async function slowMatch(password: string, hash: string): Promise<boolean> {
  const [salt = '', key = ''] = hash.split('$').slice(-2);
  const expected = Buffer.from(key, 'base64');
  const saltBytes = Buffer.from(salt, 'base64');
  const given = hash.startsWith('$argon2id$')
    ? await argonKey(password, saltBytes, costOf(hash))
    : await scryptKey(password, saltBytes);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** What the hash was made with, which may be what an earlier version took. */
function costOf(hash: string): ArgonCost {
  const [, memory, passes, parallelism] = /\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(hash) ?? [];
  return { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
}

/** A person's hash of another kind or of older parameters: it is made anew when the password is known next. */
export const isOutdated = (hash: string): boolean => !hash.startsWith(ARGON_PREFIX);

export const sameText = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** 256 bits, safe in an address: for sessions, tokens, one-time links and machine passwords. */
export const randomToken = (): string => randomBytes(32).toString('base64url');

/** Tokens have full entropy, so a plain hash protects them at rest. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');
