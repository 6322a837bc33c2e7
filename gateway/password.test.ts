import { createHash, scryptSync } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  hashFullEntropy,
  hashMachinePassword,
  hashPassword,
  isOutdated,
  passwordMatches,
  randomToken,
} from './password.ts';

test("a person's password is kept as argon2id with the parameters of OWASP, each time with another salt", async () => {
  const [one, two] = await Promise.all([hashPassword('sông Hàn'), hashPassword('sông Hàn')]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(one).not.toBe(two);
  expect(isOutdated(one)).toBe(false);
  expect(await passwordMatches('sông Hàn', one)).toBe(true);
  expect(await passwordMatches('sông hàn', one)).toBe(false);
  expect(await passwordMatches('', one)).toBe(false);
});

test('both ways to type a Vietnamese letter are one password', async () => {
  const hash = await hashPassword('mưa ở Hòa Vang'.normalize('NFD'));
  expect(await passwordMatches('mưa ở Hòa Vang'.normalize('NFC'), hash)).toBe(true);
});

test('a hash made with other parameters is verified by its own, and is outdated', async () => {
  // phc-winner-argon2: echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32
  const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  expect(await passwordMatches('password', hash)).toBe(true);
  expect(await passwordMatches('differentpassword', hash)).toBe(false);
  expect(isOutdated(hash)).toBe(true);
});

test('a scrypt hash of an earlier version still verifies, and is outdated', async () => {
  const salt = Buffer.from('0123456789abcdef');
  const key = scryptSync('mật khẩu cũ', salt, 32, { N: 16_384, r: 8, p: 1 });
  const hash = `scrypt$16384$${salt.toString('base64')}$${key.toString('base64')}`;
  expect(await passwordMatches('mật khẩu cũ', hash)).toBe(true);
  expect(await passwordMatches('mật khẩu mới', hash)).toBe(false);
  expect(isOutdated(hash)).toBe(true);
  expect(await passwordMatches('x', await hashMachinePassword('x'), 'machine')).toBe(true);
});

test('what has full entropy is kept as a plain hash', async () => {
  const secret = randomToken();
  const hash = hashFullEntropy(secret);
  expect(hash).toBe(`sha256$${createHash('sha256').update(secret).digest('base64url')}`);
  expect(await passwordMatches(secret, hash, 'machine')).toBe(true);
  expect(await passwordMatches(`${secret}x`, hash, 'machine')).toBe(false);
});

test('without a hash nothing matches, not even what the comparison is made with', async () => {
  for (const kind of ['person', 'machine'] as const) {
    expect(await passwordMatches('', null, kind)).toBe(false);
    expect(await passwordMatches('x', null, kind)).toBe(false);
  }
});
