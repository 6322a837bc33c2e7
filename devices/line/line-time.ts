/** How long requests take on a line, and whether its instruments fit its time. Pure. */
import type { AddressRange, LineAction } from '../profile.ts';

/** How characters go over a serial line. */
export interface SerialSetting {
  readonly baud: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

const PARITIES = { N: 'none', E: 'even', O: 'odd' } as const;

/** From "9600 8N1". The schemas have checked the form. */
export function parseSerial(text: string): SerialSetting {
  const [, baud, data, parity, stop] = /^(\d+) ([78])([NEO])([12])$/.exec(text) ?? [];
  if (parity !== 'N' && parity !== 'E' && parity !== 'O') throw new RangeError(`no serial setting: ${text}`);
  return {
    baud: Number(baud),
    dataBits: data === '7' ? 7 : 8,
    parity: PARITIES[parity],
    stopBits: stop === '2' ? 2 : 1,
  };
}

/** A start bit, the data, a parity bit if there is one, the stop bits: 10 bits at 8N1, 11 at 8E1 and 8N2. */
export const characterMs = ({ baud, dataBits, parity, stopBits }: SerialSetting): number =>
  (1000 * (1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits)) / baud;

/** Silence between two frames: 3.5 characters, and 1.75 ms above 19200 baud (Modbus over Serial Line V1.02, 2.5.1.1). */
export const silenceMs = (serial: SerialSetting): number =>
  serial.baud > 19_200 ? 1.75 : 3.5 * characterMs(serial);

/** Unit, function, address, count, CRC. */
const REQUEST_BYTES = 8;

/** Unit, function, byte count, data, CRC. */
export const answerBytes = ({ area, count }: Pick<AddressRange, 'area' | 'count'>): number =>
  5 + (area === 'coil' || area === 'discrete' ? Math.ceil(count / 8) : 2 * count);

/** What an instrument takes to begin its answer, as long as nothing better is known: sensors take 5 to 50 ms. */
export const TURNAROUND_MS = 20;

/** How long the bytes of a request and its answer are on a serial line; elsewhere they cost nothing. */
export const transferMs = (
  block: Pick<AddressRange, 'area' | 'count'>,
  serial: SerialSetting | null,
): number => (serial === null ? 0 : (REQUEST_BYTES + answerBytes(block)) * characterMs(serial));

/** One request with its answer and the pause after it. */
export const requestMs = (
  block: Pick<AddressRange, 'area' | 'count'>,
  serial: SerialSetting | null,
  pauseMs: number,
  turnaroundMs = TURNAROUND_MS,
): number => transferMs(block, serial) + turnaroundMs + pauseMs;

/** What an order takes of the line; while an instrument is waited for, the line is others'. `probe` is what wakes it. */
export function orderMs(
  order: LineAction,
  probe: Pick<AddressRange, 'area' | 'count'>,
  serial: SerialSetting | null,
  pauseMs: number,
): number {
  switch (order.kind) {
    case 'wait':
      return 0;
    case 'wake':
      return requestMs(probe, serial, pauseMs);
    case 'command':
      return requestMs({ area: order.area, count: 0 }, serial, pauseMs);
    case 'write': {
      // The answer repeats the request.
      const bytes = serial === null ? 0 : 2 * REQUEST_BYTES * characterMs(serial);
      return bytes + TURNAROUND_MS + pauseMs;
    }
  }
}

export const waitMs = (order: LineAction): number => (order.kind === 'wait' ? order.ms : 0);

export interface TimedInstrument {
  readonly instrument: string;
  readonly periodsMs: readonly number[];
  /** What a round waits for the instrument while the line is free. */
  readonly waitsMs: number;
  /** Time on the line of a round for the periods that are due together, given by their index. */
  readonly roundMs: (due: readonly number[]) => number;
}

export interface LineLoad {
  /** Part of the line's time that its instruments need; above 1 they do not fit. */
  readonly needs: number;
  /** The same of each instrument, the largest first. */
  readonly shares: ReadonlyArray<{ readonly instrument: string; readonly needs: number }>;
}

export function lineLoad(instruments: readonly TimedInstrument[]): LineLoad {
  const shares = instruments
    .map((timed) => ({ instrument: timed.instrument, needs: shareOf(timed) }))
    .sort((a, b) => b.needs - a.needs);
  return { needs: shares.reduce((sum, { needs }) => sum + needs, 0), shares };
}

/** What is due together is read together, so it counts how often which periods meet; an hour has all meetings that matter. */
function shareOf({ periodsMs, roundMs }: TimedInstrument): number {
  const [only] = periodsMs;
  if (only === undefined) return 0;
  if (periodsMs.length === 1) return roundMs([0]) / only;
  const dueAt = new Map<number, number[]>();
  for (const [index, period] of periodsMs.entries()) {
    for (let at = 0; at < HOUR_MS; at += period) {
      const due = dueAt.get(at);
      if (due) due.push(index);
      else dueAt.set(at, [index]);
    }
  }
  const rounds = new Map<string, { readonly due: readonly number[]; count: number }>();
  for (const due of dueAt.values()) {
    const same = rounds.get(due.join());
    if (same) same.count += 1;
    else rounds.set(due.join(), { due, count: 1 });
  }
  let ms = 0;
  for (const { due, count } of rounds.values()) ms += count * roundMs(due);
  return ms / HOUR_MS;
}

const HOUR_MS = 3_600_000;

/** The load in words, its largest consumers named. */
export function describeLoad(line: string, { needs, shares }: LineLoad): string {
  const percent = (part: number): string => `${Math.round(part * 100)} %`;
  const largest = shares.slice(0, 3).map(({ instrument, needs: own }) => `${instrument} ${percent(own)}`);
  const others = shares.length > 3 ? `, ${shares.length - 3} more` : '';
  return `line ${line}: needs ${percent(needs)} of its time; ${largest.join(', ')}${others}; give longer periods, a faster setting or a second line`;
}
