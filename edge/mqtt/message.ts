/** What a message of an instrument says, whatever its format. */
import type { ParameterId } from '../../devices/parameter.ts';
import type { Finding } from '../../devices/quality.ts';

/** A time as a message gives it. */
export interface Stamp {
  /** Epoch ms. */
  readonly at: number;
  /** Whether only the present can be meant: no offset was given, or the sender stores nothing. */
  readonly present: boolean;
}

/** One value as it came. */
export interface Sample {
  readonly parameter: ParameterId;
  readonly raw: unknown;
  /** When it was measured; null when the message does not say. */
  readonly stamp: Stamp | null;
  /** The unit that the message names; without one the mapping's is meant. */
  readonly unit?: string | undefined;
  /** Why there is no value, as the sender says. */
  readonly absent?: string | undefined;
  /** What the sender says against its value. */
  readonly doubt?: Finding | undefined;
}

export type Decoded =
  | {
      readonly kind: 'samples';
      readonly samples: readonly Sample[];
      /** Two messages with the same key are one that came twice; null when the format has no such thing. */
      readonly key: string | null;
      /** Why parameters of the mapping may be absent, for people. */
      readonly note: string | null;
    }
  | { readonly kind: 'malformed'; readonly reason: string };

export interface DecodeContext {
  /** Time of arrival, epoch ms. */
  readonly now: number;
  readonly zone: Zone;
}

/** The time zone of times without an offset. */
export interface Zone {
  readonly name: string;
  /** `assumed`: nobody said it, it is this machine's. */
  readonly origin: 'given' | 'assumed';
}

export type Decode = (payload: Uint8Array, context: DecodeContext) => Decoded;

/** What came, in a reason: short, and without what could forge a line of a log. */
export function shown(value: unknown): string {
  // Whole it could be of any size and depth.
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
