/** How many readings a payload carries, by point and hour: what the books at the centre count in. */
import { valuesOfMean } from '../../devices/mean.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import type { Reading } from '../../devices/reading.ts';
import type { SenmlRecord } from '../../devices/wire/senml.ts';

export const HOUR_MS = 3_600_000;

export interface Cell {
  readonly parameter: ParameterId;
  /** Start of the hour, epoch ms. */
  readonly hour: number;
  readings: number;
}

/** By point and hour; a mean counts as the values that it stands for. */
export type Contents = Map<string, Cell>;

/** Neighbours are of one hour nearly always: a key is made once a cell, not once a reading. */
function createCount() {
  const hours = new Map<number, Map<ParameterId, Cell>>();
  let hour = Number.NaN;
  let cells = new Map<ParameterId, Cell>();
  return {
    add(parameter: ParameterId, at: number, reason: string | null): void {
      const own = at - (at % HOUR_MS);
      if (own !== hour) {
        hour = own;
        cells = hours.get(hour) ?? new Map();
        hours.set(hour, cells);
      }
      const readings = reason === null ? 1 : (valuesOfMean(reason) ?? 1);
      const cell = cells.get(parameter);
      if (cell) cell.readings += readings;
      else cells.set(parameter, { parameter, hour, readings });
    },
    result(): Contents {
      const contents: Contents = new Map();
      for (const [of, own] of hours)
        for (const [parameter, cell] of own) contents.set(`${of} ${parameter}`, cell);
      return contents;
    },
  };
}

export function contentsOf(readings: readonly Reading[]): Contents {
  const count = createCount();
  for (const { parameter, at, reason } of readings) count.add(parameter, at, reason);
  return count.result();
}

/** The same of a payload as `encodeSenml` writes it, without judging it again; null when it is none. */
export function contentsOfPayload(payload: string): Contents | null {
  const count = createCount();
  let base = 0;
  try {
    for (const { bt, t = 0, n, qr } of JSON.parse(payload) as SenmlRecord[]) {
      if (bt !== undefined) base = bt;
      const at = Math.round((base + t) * 1000);
      if (n === undefined || !Number.isSafeInteger(at) || at < 0) return null;
      count.add(n as ParameterId, at, qr ?? null);
    }
  } catch {
    return null;
  }
  return count.result();
}

export function addContents(sum: Contents, more: Contents | null): void {
  for (const [key, cell] of more ?? []) {
    const own = sum.get(key);
    if (own) own.readings += cell.readings;
    else sum.set(key, { ...cell });
  }
}
