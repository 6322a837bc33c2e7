/**
 * What packing will make of the readings that come now: as long as the line works nothing is packed, and yet people
 * want to know how long an outage may take.
 */
import { packedBody, readingsOf } from './body.ts';
import { bytesOf } from './schema.ts';
import { PACK_RECORDS } from './tidy.ts';

interface Sample {
  readonly station: string;
  readonly payload: string;
  readonly records: number;
}

/** Packs the readings of one station once, when there are enough of them, and tells the bytes before and after. */
export function createTrial(onPacked: (before: number, after: number) => void): (sample: Sample) => void {
  let samples: Sample[] | null = [];
  return (sample) => {
    if (samples === null || sample.station !== (samples[0]?.station ?? sample.station)) return;
    samples.push(sample);
    if (samples.reduce((sum, { records }) => sum + records, 0) < PACK_RECORDS) return;
    const readings = samples.flatMap(({ station, payload }) => readingsOf(payload, station) ?? []);
    const before = samples.reduce((sum, { payload }) => sum + bytesOf({ payload, packed: null }), 0);
    if (readings.length > 0) onPacked(before, bytesOf(packedBody(sample.station, readings)));
    samples = null;
  };
}
