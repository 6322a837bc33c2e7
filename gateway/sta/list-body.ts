/**
 * A list of entities as the bytes of an answer. Each is made text as soon as it is there, so that what it was made of
 * can go: a thousand trees of objects held until the end cost as much to collect as to make.
 */
export interface ListBody {
  add(item: unknown): void;
  /** `head`: what stands beside the list. */
  end(head: Readonly<Record<string, unknown>>): Buffer;
}

const FIRST_BYTES = 256 * 1024;
/** Of UTF-8, for each UTF-16 unit. */
const MOST_BYTES = 3;

export function createListBody(): ListBody {
  let bytes = Buffer.allocUnsafe(FIRST_BYTES);
  let length = 0;
  // One buffer that doubles: bytes of each item by itself, or of all text at the end, cost up to twice the time.
  const write = (text: string): void => {
    const needed = length + text.length * MOST_BYTES;
    if (needed > bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, bytes.length * 2));
      bytes.copy(larger, 0, 0, length);
      bytes = larger;
    }
    length += bytes.write(text, length);
  };
  return {
    add(item) {
      if (length > 0) write(',');
      write(JSON.stringify(item));
    },
    end(head) {
      const before = JSON.stringify({ ...head, value: [] }).slice(0, -']}'.length);
      return Buffer.concat([Buffer.from(before), bytes.subarray(0, length), Buffer.from(']}')]);
    },
  };
}
