/**
 * Cuts what a broker sends to a bound before it is gathered in memory: MQTT 3.1.1 lets one message be 256 MB, and who may
 * publish on the broker decides that, not we. Only the length in the fixed header is changed; topic and packet id
 * stand at the front, so that the message is acknowledged as any other. Pure.
 */

/** Packet type 3 in the upper half of the first byte (MQTT 3.1.1, section 2.2.1). */
const PUBLISH = 3;

type Trim = (chunk: Buffer) => Buffer[];

/** `most`: bytes of one PUBLISH after its fixed header that are let through. */
export function createTrimmer(most: number): Trim {
  /** Of a fixed header that is not whole yet: five bytes at most. */
  let header: number[] = [];
  let pass = 0;
  let skip = 0;

  function endHeader(): Buffer {
    const [first = 0, ...digits] = header;
    const length = digits.reduce((sum, digit, place) => sum + (digit & 0x7f) * 128 ** place, 0);
    pass = first >> 4 === PUBLISH ? Math.min(length, most) : length;
    skip = length - pass;
    header = [];
    return Buffer.from([first, ...lengthBytes(pass)]);
  }

  return (chunk) => {
    const out: Buffer[] = [];
    let offset = 0;
    while (offset < chunk.length) {
      const left = chunk.length - offset;
      if (pass > 0) {
        const part = chunk.subarray(offset, offset + Math.min(pass, left));
        out.push(part);
        offset += part.length;
        pass -= part.length;
      } else if (skip > 0) {
        const gone = Math.min(skip, left);
        offset += gone;
        skip -= gone;
      } else {
        const byte = chunk[offset] ?? 0;
        offset += 1;
        header.push(byte);
        // The fifth byte ends it, whatever it says: the protocol has no longer lengths.
        if (header.length > 1 && (byte < 0x80 || header.length === 5)) out.push(endHeader());
      }
    }
    return out;
  };
}

/** Seven bits a byte, the least first (section 2.2.3). */
function lengthBytes(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? digit | 0x80 : digit);
  } while (rest > 0);
  return bytes;
}
