/** A text as one SMS or several that the telephone puts together (3GPP TS 23.040, 9.2.3.24.1). */
import type { SmsAlphabet } from '../channels/settings.ts';
import { septetsOf } from './alphabet.ts';
import { plainText } from './plain-text.ts';

/** Of 140 octets; a header that says "part 2 of 3" takes 6 of them. */
const SEPTETS = { alone: 160, part: 153 };
const UNITS = { alone: 70, part: 67 };
/** Who is woken by an alert reads no more; what is longer is cut. */
export const MOST_PARTS = 4;

export type SmsText =
  /** Septets of each part. */
  | { readonly coding: 'gsm7'; readonly parts: readonly (readonly number[])[] }
  /** UCS-2: each part's characters. */
  | { readonly coding: 'ucs2'; readonly parts: readonly string[] };

/**
 * `gsm7` makes a text of it that the GSM alphabet has, without diacritics; `unicode` leaves it as it is, in UCS-2 unless the GSM alphabet
 * has all of it. A text of more than four parts ends with three points.
 */
export function splitSms(text: string, alphabet: SmsAlphabet): SmsText {
  const chars = [...(alphabet === 'gsm7' ? plainText(text) : text)];
  const septets = chars.map((char) => septetsOf(char) ?? []);
  if (septets.every(({ length }) => length > 0)) {
    const parts = divide(septets, SEPTETS, Array(3).fill(septetsOf('.')));
    return { coding: 'gsm7', parts: parts.map((part) => part.flat()) };
  }
  // A character beyond the basic plane is two units, and no part begins with its second.
  return { coding: 'ucs2', parts: divide(chars, UNITS, ['…']).map((part) => part.join('')) };
}

interface Sized {
  readonly length: number;
}

/** Pieces stay whole: an escape is not parted from what it stands before. */
function divide<T extends Sized>(
  pieces: readonly T[],
  { alone, part }: typeof UNITS,
  ending: readonly T[],
): T[][] {
  if (sizeOf(pieces) <= alone) return [[...pieces]];
  const parts: T[][] = [];
  let current: T[] = [];
  let size = 0;
  for (const piece of pieces) {
    if (size + piece.length > part) {
      parts.push(current);
      current = [];
      size = 0;
    }
    current.push(piece);
    size += piece.length;
  }
  parts.push(current);
  if (parts.length <= MOST_PARTS) return parts;
  const kept = parts.slice(0, MOST_PARTS);
  const last = kept.at(-1) ?? [];
  while (sizeOf(last) + sizeOf(ending) > part) last.pop();
  last.push(...ending);
  return kept;
}

const sizeOf = (pieces: readonly Sized[]): number => pieces.reduce((sum, { length }) => sum + length, 0);
