/**
 * Where MQTT packets begin and end in a stream of bytes (MQTT 3.1.1, section 2.2), known before a packet is there as
 * a whole: what is to be taken can be weighed before memory is given to it.
 */
export interface Frame {
  readonly publish: boolean;
  /** Remaining length: bytes after the fixed header. */
  readonly length: number;
}

export interface Frames {
  /** Follows the stream through one more chunk; answers the packets whose header ends in it. */
  scan(chunk: Uint8Array): Frame[];
  /** Bytes of the last packet that are still to come; 0 between two packets. */
  missing(): number;
}

const PUBLISH = 3;

export function createFrames(): Frames {
  let missing = 0;
  let type = -1;
  let length = 0;
  let shift = 0;
  return {
    missing: () => missing,
    scan(chunk) {
      const begun: Frame[] = [];
      for (let at = 0; at < chunk.length; ) {
        if (missing > 0) {
          const step = Math.min(missing, chunk.length - at);
          missing -= step;
          at += step;
          continue;
        }
        const byte = chunk[at++] ?? 0;
        if (type < 0) {
          type = byte >> 4;
          length = 0;
          shift = 0;
          continue;
        }
        length += (byte & 0x7f) * 2 ** shift;
        shift += 7;
        // A fifth byte would be malformed (section 2.2.3): the parser says so and ends the connection.
        if (byte & 0x80 && shift < 28) continue;
        begun.push({ publish: type === PUBLISH, length });
        missing = length;
        type = -1;
      }
      return begun;
    },
  };
}
