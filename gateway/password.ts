/** Passwords and tokens: hashed before they are kept, compared in constant time. */
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** scrypt work factor: about 30 ms and 16 MB a check on district hardware. */
const COST = 16_384;
const KEY_BYTES = 32;

const derive = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, { N: COST, r: 8, p: 1 }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `scrypt$${COST}$${salt.toString('base64')}$${(await derive(password, salt)).toString('base64')}`;
}

/** A name that does not exist takes as long as a wrong password: compared with this, nothing matches. */
const NOBODY = `scrypt$${COST}$${Buffer.alloc(16).toString('base64')}$${Buffer.alloc(KEY_BYTES).toString('base64')}`;

export async function passwordMatches(password: string, hash: string | null): Promise<boolean> {
  const [, , salt = '', key = ''] = (hash ?? NOBODY).split('$');
  const expected = Buffer.from(key, 'base64');
  const given = await derive(password, Buffer.from(salt, 'base64'));
  return given.length === expected.length && timingSafeEqual(given, expected) && hash !== null;
}

/** 256 bits, safe in an address: for sessions, tokens, one-time links and machine passwords. */
export const randomToken = (): string => randomBytes(32).toString('base64url');

/** Tokens have full entropy, so a plain hash protects them at rest. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');
