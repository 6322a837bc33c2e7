/** What the database's answer to a write means. The status decides; the sentence is for people. */
import { retryAfterMs } from '../retry-after.ts';
import { type Answer, NoAnswerInTime } from './influx-http.ts';

export type Outcome =
  | { readonly kind: 'stored' }
  /** Some or all points can never be stored; of those that can it is not certain that they are. */
  | { readonly kind: 'refused'; readonly sentence: string; readonly dropped: number }
  | { readonly kind: 'too-large'; readonly sentence: string }
  | { readonly kind: 'no-database'; readonly sentence: string }
  | {
      readonly kind: 'unavailable';
      readonly sentence: string;
      readonly retryAfterMs: number | null;
      /** Whether fewer points a request may be what it needs. */
      readonly overcharged: boolean;
      readonly cause?: unknown;
    };

const MAX_SENTENCE = 400;

const unavailable = (sentence: string, more: { retryAfterMs?: number | null; overcharged?: boolean } = {}) =>
  ({ kind: 'unavailable', sentence, retryAfterMs: null, overcharged: false, ...more }) as const;

export function readAnswer({ status, text, retryAfter }: Answer, now: number): Outcome {
  const own = errorOf(text);
  const sentence = (own ?? `InfluxDB answers ${status}`).slice(0, MAX_SENTENCE);
  if (status >= 200 && status < 300) return { kind: 'stored' };
  switch (status) {
    case 400:
      // Without the database's own words this is a proxy's, and no judgement of points.
      return own === null
        ? unavailable('something answers 400 that is not InfluxDB')
        : { kind: 'refused', sentence, dropped: droppedOf(own) };
    case 401:
    case 403:
      return unavailable(`InfluxDB does not let this account write (${status}): ${sentence}`);
    case 404:
      return own === null
        ? unavailable('something answers 404: this is not the address of an InfluxDB')
        : { kind: 'no-database', sentence };
    case 413:
      return { kind: 'too-large', sentence };
    default:
      return unavailable(`InfluxDB is not ready (${status}): ${sentence}`, {
        retryAfterMs: retryAfterMs(retryAfter, now),
        overcharged: status === 500 || status === 504,
      });
  }
}

/** No answer came. A connection that breaks may be a peer that does not want so much at once. */
export function readFailure(error: unknown): Outcome {
  const code = (error as NodeJS.ErrnoException).code;
  const overcharged = error instanceof NoAnswerInTime || code === 'ECONNRESET' || code === 'EPIPE';
  const said = error instanceof NoAnswerInTime ? error.message : (code ?? String(error));
  return { ...unavailable(`InfluxDB does not answer: ${said}`, { overcharged }), cause: error };
}

/** `{"error": "..."}`; null when it is not InfluxDB that speaks. */
function errorOf(text: string): string | null {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? error : null;
  } catch {
    return null;
  }
}

/** "partial write: ... dropped=3". Lines that cannot be parsed are not counted in it. */
const droppedOf = (sentence: string): number => Number(/ dropped=(\d+)$/.exec(sentence)?.[1] ?? 0);
