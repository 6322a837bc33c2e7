/**
 * Payloads of one chain, packed: zstd over the length of the list (4 bytes, big endian), the list as JSON, and the payloads
 * one after the other, byte for byte.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

export interface Kept {
  readonly station: string;
  readonly receivedAt: number;
  /** Why it does not belong where it came in, in words. */
  readonly broken: string | null;
  readonly payload: Uint8Array;
}

type Listed = readonly [station: string, receivedAt: number, length: number, broken: string | null];

/** What a block may unpack to: one that says more is damaged. */
const MOST_BYTES = 32 * 1024 * 1024;

export function packBlock(batches: readonly Kept[]): Buffer {
  const list = Buffer.from(
    JSON.stringify(
      batches.map(
        ({ station, receivedAt, payload, broken }): Listed => [station, receivedAt, payload.length, broken],
      ),
    ),
  );
  const head = Buffer.alloc(4);
  head.writeUInt32BE(list.length);
  return zstdCompressSync(Buffer.concat([head, list, ...batches.map(({ payload }) => payload)]), {
    params: { [constants.ZSTD_c_compressionLevel]: 6, [constants.ZSTD_c_checksumFlag]: 1 },
  });
}

/** Throws when it is damaged. */
export function unpackBlock(data: Uint8Array): Kept[] {
  const whole = zstdDecompressSync(data, { maxOutputLength: MOST_BYTES });
  let at = 4 + whole.readUInt32BE();
  const list = JSON.parse(whole.toString('utf8', 4, at)) as Listed[];
  return list.map(([station, receivedAt, length, broken]) => {
    const payload = whole.subarray(at, at + length);
    if (payload.length !== length) throw new Error('a block of payloads ends too early');
    at += length;
    return { station, receivedAt, broken, payload };
  });
}
