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

/** Few readings pack worse than a whole pack does: what they tell is too little rather than too much. */
const SIZES = [PACK_RECORDS / 10, PACK_RECORDS] as const;

/** Packs the readings of one station, when there are some and when there is a whole pack of them, and tells the bytes before and after. */
export function createTrial(onPacked: (before: number, after: number) => void): (sample: Sample) => void {
  let samples: Sample[] = [];
  let records = 0;
  let tried = 0;
  return (sample) => {
    const size = SIZES[tried];
    if (size === undefined || sample.station !== (samples[0]?.station ?? sample.station)) return;
    samples.push(sample);
    records += sample.records;
    if (records < size) return;
    tried = SIZES.filter((each) => records >= each).length;
    const readings = samples.flatMap(({ station, payload }) => readingsOf(payload, station) ?? []);
    const before = samples.reduce((sum, { payload }) => sum + bytesOf({ payload, packed: null }), 0);
    if (readings.length > 0) onPacked(before, bytesOf(packedBody(sample.station, readings)));
    if (tried === SIZES.length) samples = [];
  };
}
