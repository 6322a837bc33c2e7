/**
 * What an entry must not tell: an audit log is kept for ever and read by many, so secrets and how people are reached stay out
 * of it. A mark says that there was something, and whether it changed. Pure.
 */
import { isDeepStrictEqual } from 'node:util';

const HIDDEN = '(hidden)';
const HIDDEN_CHANGED = '(hidden, changed)';

/** Names of fields are compared word by word: `newPassword`, `api_token` and `private-key` are found. */
const SECRET =
  /^(password|passphrase|passwd|pwd|secret|token|private|pin|credentials?|authorization|cookie|auth|p256dh|endpoint|e?mails?|phones?|telephones?|mobile)$/;
/** Of a register it is a number, of a person a text; so is a code that lets somebody in. */
const SECRET_TEXT = /^(address|addresses|code)$/;

const wordsOf = (field: string): string[] =>
  field
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/);

function isSecret(field: string, value: unknown): boolean {
  if (value === null || value === undefined) return false;
  const words = wordsOf(field);
  return words.some((word) => SECRET.test(word) || (SECRET_TEXT.test(word) && typeof value === 'string'));
}

/** E-mail addresses, telephone numbers of Vietnam, and what stands before the @ of an address with a login. */
const IN_TEXT = [
  /(?<=\/\/)[^/\s@]+(?=@)/g,
  /[\w.+-]+@[\w-]+(\.[\w-]+)+/g,
  /(?<![\w.])(\+?84[ .-]?|0)\d([ .-]?\d){7,9}(?![\w])/g,
] as const;

/** A sentence of a person, who may have written a number into it. */
export const withoutContacts = (text: string): string =>
  IN_TEXT.reduce((told, pattern) => told.replace(pattern, HIDDEN), text);

/** `value` without what is secret; `other` is the other side of the change, which the mark tells it from. */
export function withoutSecrets(value: unknown, other: unknown): unknown {
  if (typeof value === 'string') return withoutContacts(value);
  if (Array.isArray(value))
    return value.map((item, index) => withoutSecrets(item, Array.isArray(other) ? other[index] : undefined));
  if (typeof value !== 'object' || value === null) return value;
  const others = (typeof other === 'object' && other !== null ? other : {}) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(value).map(([field, item]) => {
      const before = others[field];
      if (!isSecret(field, item)) return [withoutContacts(field), withoutSecrets(item, before)];
      return [field, isDeepStrictEqual(item, before) ? HIDDEN : HIDDEN_CHANGED];
    }),
  );
}
