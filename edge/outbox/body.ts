/** What a row of the outbox carries: SenML as it came, or compressed when it waits for long. */
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Reading } from '../../devices/reading.ts';
import { decodeSenml, encodeSenml } from '../../devices/wire/senml.ts';

export interface Body {
  /** Empty when it is packed. */
  readonly payload: string;
  readonly packed: Uint8Array | null;
  /** Of payload or packed bytes; SQLite finds torn pages, not changed bytes. Null: written by an older edge. */
  readonly crc: number | null;
}

/** Beyond it a little is gained and much time lost: 15 takes five times as long for an eighth. */
const LEVEL = 9;

export const plainBody = (payload: string): Body => ({ payload, packed: null, crc: crc32(payload) });

export function packedBody(station: string, readings: readonly Reading[]): Body & { packed: Uint8Array } {
  const packed = zstdCompressSync(JSON.stringify(encodeSenml(station, readings)), {
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL },
  });
  return { payload: '', packed, crc: crc32(packed) };
}

/** What was put in, or null when the disk has changed it. */
export function payloadOf({ payload, packed, crc }: Body): string | null {
  if (crc !== null && crc32(packed ?? payload) !== crc) return null;
  return packed === null ? payload : zstdDecompressSync(packed).toString();
}

/** The readings of a payload, or null when it says something else as well. */
export function readingsOf(payload: string, station: string): Reading[] | null {
  const decoded = decodeSenml(payload, station, 0);
  return decoded.kind === 'records' && decoded.refused.length === 0 ? decoded.readings : null;
}
