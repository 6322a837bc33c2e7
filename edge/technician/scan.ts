/** Finds the units on a line: one request each, a pause between, nothing written, no second try. */
import type { AddressRange } from '../../devices/decode.ts';
import type { Profile } from '../../devices/profile.ts';
import type { Clock } from '../clock.ts';
import { describeFault, type ReadFault, type ReadRequest, type ReadResult } from '../sources/source.ts';
import { nameOf } from './identity.ts';

export interface Found {
  readonly unit: number;
  /** Serial settings at which it answered; null on a line that has none. */
  readonly settings: string | null;
  /** What it answered: words, an exception, or a frame that makes no sense. */
  readonly answer: string;
  /** Ids of the profiles whose fingerprint it has. */
  readonly profiles: readonly string[];
}

export interface Scan {
  readonly found: readonly Found[];
  readonly asked: number;
  /** Why it ended before all were asked, null when it did not. */
  readonly stopped: string | null;
}

/** A line that is open at one of its serial settings. */
export interface OpenLine {
  readonly read: (request: ReadRequest) => Promise<ReadResult>;
  readonly close: () => Promise<void>;
}

export interface ScanOptions {
  /** One entry for each serial setting to try; a single null where there are none. */
  readonly settings: readonly (string | null)[];
  readonly open: (settings: string | null) => OpenLine;
  readonly units: readonly number[];
  /** The one request that each unit gets. */
  readonly request: AddressRange;
  readonly timeoutMs: number;
  readonly pauseMs: number;
  /** Factory unit → profile of a device that takes a foreign request amiss. */
  readonly forbidden: ReadonlyMap<number, Profile>;
  /** Tells from the first answer that this is a device to leave alone, whatever its unit. */
  readonly recognise: (words: readonly number[]) => Profile | null;
  /** Tells the profiles of a unit that answered. */
  readonly identify: (
    unit: number,
    ask: (range: AddressRange) => Promise<ReadResult>,
  ) => Promise<readonly string[]>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress?: (asked: number, total: number, what: string) => void;
}

export async function scan(options: ScanOptions): Promise<Scan> {
  const { settings, units, request, forbidden, clock, signal } = options;
  const found = new Map<number, Found>();
  const total = settings.length * units.length;
  let asked = 0;
  let done = 0;
  let stopped: string | null = null;

  for (const setting of settings) {
    const line = options.open(setting);
    const ask = async (unit: number, range: AddressRange): Promise<ReadResult> => {
      const result = await line.read({ unit, ...range, timeoutMs: options.timeoutMs });
      await clock.sleep(options.pauseMs, signal);
      return result;
    };
    try {
      for (const unit of units) {
        done += 1;
        // Who answered at one speed has only this one.
        if (found.has(unit)) continue;
        asked += 1;
        options.onProgress?.(done, total, `unit ${unit}${setting === null ? '' : ` at ${setting}`}`);
        const result = await ask(unit, request);
        if (result.kind === 'fault' && result.fault.kind === 'link') {
          return { found: [...found.values()], asked, stopped: describeFault(result.fault) };
        }
        if (!isThere(result)) continue;
        const taboo =
          forbidden.get(unit) ?? (result.kind === 'words' ? options.recognise(result.words) : null);
        const profiles = taboo ? [taboo.id] : await options.identify(unit, (range) => ask(unit, range));
        found.set(unit, { unit, settings: setting, answer: answerText(result), profiles });
        if (taboo) {
          stopped = `unit ${unit} may be ${nameOf(taboo)}, which must not be scanned`;
          return { found: [...found.values()], asked, stopped };
        }
      }
    } finally {
      await line.close();
    }
  }
  return { found: [...found.values()], asked, stopped };
}

/** An exception is an answer; those of a gateway (10, 11) say that nobody gave one. */
function isThere(result: ReadResult): boolean {
  if (result.kind === 'words') return true;
  const { fault } = result;
  if (fault.kind === 'exception') return fault.code !== 10 && fault.code !== 11;
  return fault.kind === 'malformed' || fault.kind === 'short';
}

function answerText(result: ReadResult): string {
  if (result.kind === 'words')
    return result.words.map((word) => word.toString(16).toUpperCase().padStart(4, '0')).join(' ');
  return faultText(result.fault);
}

/** Two units with one id, or noise of a wrong speed: worth a look, and no proof. */
const faultText = (fault: ReadFault): string =>
  fault.kind === 'malformed' ? `garbage: ${fault.detail}` : describeFault(fault);
