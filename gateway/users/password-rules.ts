/**
 * What a password of a person must be: long, and not among the first that everybody tries (OWASP ASVS 4.0.3, 2.1.1, 2.1.2, 2.1.7
 * and 2.1.9: no rules of composition). Pure.
 */
import { normalized } from '../password.ts';

export const LEAST_LENGTH = 12;
export const MOST_LENGTH = 128;

/** The commonest long ones of public lists, and what is near at hand here; in lower case, digits at the end taken off. */
const COMMON: ReadonlySet<string> = new Set(
  `
  password passwordpassword passw0rd p@ssword p@ssw0rd mypassword matkhau matkhaumoi mậtkhẩu admin
  adminadmin administrator quantri quantrivien root rootroot superuser changeme changemenow changethis
  default letmein letmeinnow welcome iloveyou iloveyouforever trustno monkey dragon sunshine princess
  football baseball superman qwerty qwertyuiop qwertyuiopasdf qwertyuiopasdfghjkl
  qwertyuiopasdfghjklzxcvbnm asdfghjkl asdfghjklzxcvbnm zxcvbnm qazwsxedc qazwsxedcrfv 1qaz2wsx3edc
  1qaz2wsx3edc4rfv 1qaz2wsx zaq12wsxcde3 !qaz2wsx3edc q1w2e3r4t5y6 1q2w3e4r5t6y 1q2w3e4r5t q1w2e3r4t5 abc
  abcd abcdef abcdefghijkl abcdefghijklmnopqrstuvwxyz anhyeuem emyeuanh yeuemnhieulam vietnam vietnamvodich
  danang thanhphodanang quangnam saigon hanoi quantrac quantracmoitruong moitruong tainguyenmoitruong
  correcthorsebatterystaple thisisapassword nopassword nothing
`
    .trim()
    .split(/\s+/),
);
/** A run of these, forwards or backwards, from anywhere and over the end. */
const ROWS = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'] as const;
/** What must be left when the user's name is taken out of it. */
const LEAST_BESIDE_NAME = 6;

/** Why this may not be the password of `name`, as the rest of a sentence; null: it may be. */
export function passwordFault(name: string, password: string): string | null {
  const letters = [...normalized(password)];
  if (letters.length < LEAST_LENGTH) return `must have at least ${LEAST_LENGTH} characters`;
  if (letters.length > MOST_LENGTH) return `must have at most ${MOST_LENGTH} characters`;
  const lower = normalized(password).toLowerCase();
  if (/^(.{1,4}?)\1+$/su.test(lower)) return 'must not be a few characters repeated';
  if ([...lower.replaceAll(normalized(name).toLowerCase(), '')].length < LEAST_BESIDE_NAME)
    return "must not be made of the user's name";
  const stem = lower.replace(/[\s\d!@#$%^&*().,_-]+$/u, '').replaceAll(' ', '');
  if (COMMON.has(stem) || COMMON.has(lower) || isRun(lower))
    return 'is one of those that everybody tries first';
  return null;
}

function isRun(text: string): boolean {
  return ROWS.some((row) => {
    const round = row.repeat(Math.ceil(text.length / row.length) + 1);
    return round.includes(text) || [...round].reverse().join('').includes(text);
  });
}
