/** What stands in the modem's message memory, and what of it is a whole text. */
import type { Answer } from '../channel.ts';
import { type Delivered, readDeliver } from './deliver.ts';

/** A message as the memory holds it. */
export interface Stored {
  readonly index: number;
  /** null: it is of no use, for the reason. */
  readonly message: (Answer & Pick<Delivered, 'part'>) | null;
  readonly reason: string;
}

/** A whole text and where its parts stand. */
export interface Whole extends Answer {
  readonly indexes: readonly number[];
}

/** Lines of AT+CMGL=4 (3GPP TS 27.005, 4.1); what we have written into the memory, and what was sent from it, is passed over. */
export function readPduList(lines: readonly string[]): Stored[] {
  const stored: Stored[] = [];
  for (const [at, line] of lines.entries()) {
    const [, index, state] = /^\+CMGL: ?(\d{1,5}),(\d)/.exec(line) ?? [];
    if (index === undefined || Number(state) > 1) continue;
    stored.push(
      asStored(Number(index), () => {
        const { hasNumber, ...message } = readDeliver(lines[at + 1]?.trim() ?? '');
        if (!hasNumber) throw new Error('its sender has a name and no number');
        return message;
      }),
    );
  }
  return stored;
}

/**
 * Lines of AT+CMGL="ALL" (3.4.2) under AT+CSCS="UCS2": texts come as hexadecimal, so that none can pass for a line of the
 * modem's own. Which parts belong together is not told in this mode.
 */
export function readTextList(lines: readonly string[]): Stored[] {
  const stored: Stored[] = [];
  for (const [at, line] of lines.entries()) {
    const [, index, from = ''] = /^\+CMGL: ?(\d{1,5}),"REC (?:UN)?READ","([^"]*)"/.exec(line) ?? [];
    if (index === undefined) continue;
    stored.push(
      asStored(Number(index), () => {
        const text = ucs2(lines[at + 1]?.trim() ?? '');
        if (text === null) throw new Error('its text is not in UCS-2');
        const number = ucs2(from);
        return { from: number !== null && /^\+?\d+$/.test(number) ? number : from, text, part: null };
      }),
    );
  }
  return stored;
}

function asStored(index: number, read: () => NonNullable<Stored['message']>): Stored {
  try {
    return { index, message: read(), reason: '' };
  } catch (error) {
    return { index, message: null, reason: (error as Error).message };
  }
}

function ucs2(hex: string): string | null {
  if (!/^([0-9A-F]{4})*$/i.test(hex)) return null;
  return Buffer.from(hex, 'hex').swap16().toString('utf16le');
}

/** Hexadecimal of UTF-16, as AT commands take it under AT+CSCS="UCS2". */
export const ucs2Hex = (text: string): string =>
  Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase();

export interface Sorted {
  readonly whole: readonly Whole[];
  /** Parts that wait for others, by what they have in common. */
  readonly waiting: ReadonlyMap<string, readonly number[]>;
}

/** Puts parts together in their order. A part that is there twice counts once, and goes when the text goes. */
export function sortOut(stored: readonly Stored[]): Sorted {
  const whole: Whole[] = [];
  const texts = new Map<
    string,
    { from: string; total: number; parts: Map<number, string>; indexes: number[] }
  >();
  for (const { index, message } of stored) {
    if (message === null) continue;
    const { from, text, part } = message;
    if (part === null) {
      whole.push({ from, text, indexes: [index] });
      continue;
    }
    const key = `${from} ${part.reference} ${part.total}`;
    const known = texts.get(key) ?? {
      from,
      total: part.total,
      parts: new Map<number, string>(),
      indexes: [] as number[],
    };
    known.parts.set(part.number, text);
    known.indexes.push(index);
    texts.set(key, known);
  }
  const waiting = new Map<string, readonly number[]>();
  for (const [key, { from, total, parts, indexes }] of texts) {
    if (parts.size < total) waiting.set(key, indexes);
    else {
      const ordered = [...parts].sort(([a], [b]) => a - b);
      whole.push({ from, text: ordered.map(([, text]) => text).join(''), indexes });
    }
  }
  return { whole, waiting };
}
