/**
 * A batch of readings as it goes to the store's thread: columns in one piece of memory that is handed over, where
 * copies of objects would cost more than storing them. Stations and parameters go by number; each is named once.
 */
import type { ParameterId } from '../../devices/parameter.ts';
import type { Flag } from '../../devices/quality.ts';
import type { StoredReading } from './store.ts';

export interface Batch {
  readonly length: number;
  readonly columns: ArrayBuffer;
  /** Series that are new, [station, parameter]: their numbers follow those before. */
  readonly named: readonly (readonly [string, ParameterId])[];
  /** Reasons by their reading's place; all others have none. */
  readonly reasons: readonly (readonly [number, string])[];
}

/** Epoch ms and values are floats of 64 bits; an absent value, which no reading has as one, is NaN. */
const BYTES = 8 + 8 + 8 + 4 + 1;

const columnsOf = (memory: ArrayBuffer, length: number) => ({
  at: new Float64Array(memory, 0, length),
  receivedAt: new Float64Array(memory, 8 * length, length),
  value: new Float64Array(memory, 16 * length, length),
  series: new Uint32Array(memory, 24 * length, length),
  flag: new Uint8Array(memory, 28 * length, length),
});

export function createPacker(): (readings: readonly StoredReading[]) => Batch {
  const stations = new Map<string, Map<ParameterId, number>>();
  let count = 0;
  return (readings) => {
    const { length } = readings;
    const columns = new ArrayBuffer(length * BYTES);
    const { at, receivedAt, value, series, flag } = columnsOf(columns, length);
    const named: [string, ParameterId][] = [];
    const reasons: [number, string][] = [];
    let station: string | null = null;
    let numbers = new Map<ParameterId, number>();
    for (let index = 0; index < length; index++) {
      const reading = readings[index] as StoredReading;
      // Neighbours are of one station nearly always.
      if (reading.station !== station) {
        station = reading.station;
        numbers = stations.get(station) ?? new Map();
        stations.set(station, numbers);
      }
      let number = numbers.get(reading.parameter);
      if (number === undefined) {
        number = count++;
        numbers.set(reading.parameter, number);
        named.push([station, reading.parameter]);
      }
      series[index] = number;
      at[index] = reading.at;
      receivedAt[index] = reading.receivedAt;
      value[index] = reading.value ?? Number.NaN;
      flag[index] = reading.flag;
      if (reading.reason !== null) reasons.push([index, reading.reason]);
    }
    return { length, columns, named, reasons };
  };
}

/** For the batches of one packer, in their order. */
export function createUnpacker(): (batch: Batch) => StoredReading[] {
  const known: (readonly [string, ParameterId])[] = [];
  return ({ length, columns, named, reasons }) => {
    known.push(...named);
    const reasonAt = new Map(reasons);
    const { at, receivedAt, value, series, flag } = columnsOf(columns, length);
    const readings: StoredReading[] = new Array(length);
    for (let index = 0; index < length; index++) {
      const [station, parameter] = known[series[index] as number] as (typeof known)[number];
      const number = value[index] as number;
      readings[index] = {
        station,
        parameter,
        at: at[index] as number,
        value: Number.isNaN(number) ? null : number,
        flag: flag[index] as Flag,
        reason: reasonAt.get(index) ?? null,
        receivedAt: receivedAt[index] as number,
      };
    }
    return readings;
  };
}
