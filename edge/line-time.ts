/** How long requests take on a line, and whether its instruments fit its time. Pure. */
import type { AddressRange } from '../devices/profile.ts';

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

/** One request with its answer and the pause after it. Bytes cost nothing where there is no serial line. */
export function requestMs(
  block: Pick<AddressRange, 'area' | 'count'>,
  serial: SerialSetting | null,
  pauseMs: number,
  turnaroundMs = TURNAROUND_MS,
): number {
  const bytes = serial === null ? 0 : (REQUEST_BYTES + answerBytes(block)) * characterMs(serial);
  return bytes + turnaroundMs + pauseMs;
}

export interface TimedTask {
  readonly instrument: string;
  readonly blocks: ReadonlyArray<Pick<AddressRange, 'area' | 'count'>>;
  readonly periodMs: number;
  readonly pauseMs: number;
}

export interface LineLoad {
  /** Part of the line's time that its instruments need; above 1 they do not fit. */
  readonly needs: number;
  /** The same of each instrument, the largest first. */
  readonly shares: ReadonlyArray<{ readonly instrument: string; readonly needs: number }>;
}

export function lineLoad(tasks: readonly TimedTask[], serial: SerialSetting | null): LineLoad {
  const shares = new Map<string, number>();
  for (const { instrument, blocks, periodMs, pauseMs } of tasks) {
    const ms = blocks.reduce((sum, block) => sum + requestMs(block, serial, pauseMs), 0);
    shares.set(instrument, (shares.get(instrument) ?? 0) + ms / periodMs);
  }
  const sorted = [...shares].map(([instrument, needs]) => ({ instrument, needs }));
  return {
    needs: sorted.reduce((sum, { needs }) => sum + needs, 0),
    shares: sorted.sort((a, b) => b.needs - a.needs),
  };
}

/** The load in words, its largest consumers named. */
export function describeLoad(line: string, { needs, shares }: LineLoad): string {
  const percent = (part: number): string => `${Math.round(part * 100)} %`;
  const largest = shares.slice(0, 3).map(({ instrument, needs: own }) => `${instrument} ${percent(own)}`);
  const others = shares.length > 3 ? `, ${shares.length - 3} more` : '';
  return `line ${line}: needs ${percent(needs)} of its time; ${largest.join(', ')}${others}; give longer periods, a faster setting or a second line`;
}
