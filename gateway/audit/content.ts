/** What an entry says of before and after: JSON of what changed, without secrets, and bounded. Pure. */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { withoutSecrets } from './hidden.ts';

/** Of each side, bytes. */
export const MOST_BYTES = 16 * 1024;
/** Quotes are doubled and letters have up to three bytes: this stays below the bound. */
const BEGINNING = 4000;

export interface Sides {
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * Both sides as JSON text. One that is too long becomes `{ cut, bytes, sha256, beginning }`: the hash still proves what it was
 * to whoever has it.
 */
export function contentOf({ before, after }: Sides): { readonly before: string; readonly after: string } {
  // As JSON has them: what only differs as an object of ours is no difference.
  const [was, is] = [plain(before), plain(after)];
  return { before: bounded(withoutSecrets(was, is)), after: bounded(withoutSecrets(is, was)) };
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null) ?? 'null');

function bounded(value: unknown): string {
  // Half of a surrogate pair, which people can type, has no canonical JSON (RFC 8785).
  const text = JSON.stringify(value, (_key, item) => (typeof item === 'string' ? item.toWellFormed() : item));
  const bytes = Buffer.byteLength(text);
  if (bytes <= MOST_BYTES) return text;
  return JSON.stringify({
    cut: true,
    bytes,
    sha256: createHash('sha256').update(text).digest('base64url'),
    beginning: text.slice(0, BEGINNING).toWellFormed(),
  });
}

type Fields = Readonly<Record<string, unknown>>;

/** Of two states of one thing only the fields that differ; null for a side that is not there. */
export function difference(before: object | null, after: object | null, but: readonly string[] = []): Sides {
  const [was, is] = [before as Fields | null, after as Fields | null];
  const fields = new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})]);
  const changed = [...fields].filter(
    (field) => !but.includes(field) && !isDeepStrictEqual(was?.[field], is?.[field]),
  );
  const side = (of: Fields | null): Fields | null =>
    of && Object.fromEntries(changed.map((field) => [field, of[field] ?? null]));
  return { before: side(was), after: side(is) };
}
