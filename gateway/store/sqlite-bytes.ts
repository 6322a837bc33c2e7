/** Columns of whole numbers as bytes: what readings in blocks, batches and rollups are written with. */

/** Numbers that are further apart are not exact when they are subtracted: they are written as doubles. */
const MAX_RANGE = 2 ** 51;

/** How a column is written; it may be added that these are not the numbers but their steps. */
const KIND = { packed: 0, runs: 1, doubles: 2 } as const;
const STEPS = 4;
/** Bits of a packed number, by their code in the upper half of a column's first byte. */
const WIDTHS = [0, 1, 2, 4, 8, 16, 24, 32, 40, 48, 56] as const;
/** Of a run: its length, mostly. */
const RUN_BITS = 12;

/** The code of the least width that holds a whole number from 0 to `range`. */
function codeFor(range: number): number {
  let code = 0;
  while (2 ** (WIDTHS[code] as number) <= range) code++;
  return code;
}

/** Room for numbers that are needed within one call only. */
function createRoom(): (count: number) => Float64Array {
  let numbers = new Float64Array(4096);
  return (count) => {
    if (numbers.length < count) numbers = new Float64Array(2 * count);
    return numbers;
  };
}
const stepRoom = createRoom();
const runRoom = createRoom();
const lengthRoom = createRoom();

export class ByteWriter {
  #bytes = Buffer.allocUnsafeSlow(65_536);
  #end = 0;

  /** What was written; good until something else is. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#end);
  }

  clear(): void {
    this.#end = 0;
  }

  /** Room for so many bytes more; answers where they begin. */
  #take(count: number): number {
    const start = this.#end;
    this.#end += count;
    if (this.#end > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(2 * this.#end);
      this.#bytes.copy(larger, 0, 0, start);
      this.#bytes = larger;
    }
    return start;
  }

  byte(value: number): void {
    this.#bytes[this.#take(1)] = value;
  }

  /** Any safe integer: one byte for small ones. */
  integer(value: number): void {
    let rest = Math.abs(value);
    let byte = (rest % 64) + (value < 0 ? 64 : 0);
    for (rest = Math.floor(rest / 64); rest > 0; rest = Math.floor(rest / 128)) {
      this.byte(byte + 128);
      byte = rest % 128;
    }
    this.byte(byte);
  }

  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.integer(length);
    const start = this.#take(length);
    this.#bytes.write(value, start);
  }

  /** A bit each. */
  bits(is: (index: number) => boolean, count: number): void {
    const start = this.#take((count + 7) >> 3);
    this.#bytes.fill(0, start, this.#end);
    for (let i = 0; i < count; i++) {
      const at = start + (i >> 3);
      if (is(i)) this.#bytes[at] = (this.#bytes[at] as number) | (1 << (i & 7));
    }
  }

  /** Safe integers, in the way that takes the least room: as they are or as steps, each by itself or in runs. */
  integers(source: Float64Array, from: number, to: number): void {
    const count = to - from;
    const first = count === 0 ? 0 : (source[from] as number);
    let [before, min, max] = [first, first, first];
    let [step, minStep, maxStep] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    let [runs, stepRuns] = [1, 0];
    for (let i = from + 1; i < to; i++) {
      const value = source[i] as number;
      const next = value - before;
      if (next !== 0) {
        runs++;
        if (value < min) min = value;
        else if (value > max) max = value;
      }
      if (next !== step) {
        stepRuns++;
        step = next;
        if (next < minStep) minStep = next;
        if (next > maxStep) maxStep = next;
      }
      before = value;
    }
    if (max - min > MAX_RANGE) {
      this.byte(KIND.doubles);
      this.doubles(source, from, to);
      return;
    }
    const code = codeFor(max - min);
    const bits = WIDTHS[code] as number;
    const stepCode = count > 1 ? codeFor(maxStep - minStep) : WIDTHS.length;
    const stepBits = count > 1 ? (WIDTHS[stepCode] as number) : Number.POSITIVE_INFINITY;
    const plain = Math.min(bits * count, (bits + RUN_BITS) * runs);
    const stepped = Math.min(stepBits * count, (stepBits + RUN_BITS) * stepRuns);
    if (bits === 0 || plain <= stepped) {
      this.#column(source, from, to, { min, code, runs, inRuns: plain < bits * count, mark: 0 });
      return;
    }
    const steps = stepRoom(count);
    for (let i = from + 1; i < to; i++)
      steps[i - from - 1] = (source[i] as number) - (source[i - 1] as number);
    const inRuns = stepped < stepBits * count;
    this.#column(steps, 0, count - 1, { min: minStep, code: stepCode, runs: stepRuns, inRuns, mark: STEPS });
    this.integer(first);
  }

  #column(
    source: Float64Array,
    from: number,
    to: number,
    {
      min,
      code,
      runs,
      inRuns,
      mark,
    }: { min: number; code: number; runs: number; inRuns: boolean; mark: number },
  ): void {
    this.byte((code << 4) | mark | (inRuns ? KIND.runs : KIND.packed));
    this.integer(min);
    if (!inRuns) {
      this.#pack(source, from, to, min, code);
      return;
    }
    const values = runRoom(runs);
    const lengths = lengthRoom(runs);
    let run = -1;
    for (let i = from, value = Number.NaN; i < to; i++) {
      if (source[i] !== value) {
        value = source[i] as number;
        values[++run] = value;
        lengths[run] = 0;
      }
      (lengths[run] as number)++;
    }
    this.integer(runs);
    this.#pack(values, 0, runs, min, code);
    let longest = 0;
    for (let i = 0; i < runs; i++) longest = Math.max(longest, lengths[i] as number);
    const lengthCode = codeFor(longest);
    this.byte(lengthCode);
    this.#pack(lengths, 0, runs, 0, lengthCode);
  }

  /** Distances from `least`; those of several bytes plane by plane, the lowest first. */
  #pack(source: Float64Array, from: number, to: number, least: number, code: number): void {
    const bits = WIDTHS[code] as number;
    const count = to - from;
    let at = this.#take(Math.ceil((bits * count) / 8));
    const bytes = this.#bytes;
    if (bits === 0) return;
    if (bits < 8) {
      let byte = 0;
      let shift = 0;
      for (let i = from; i < to; i++) {
        byte |= ((source[i] as number) - least) << shift;
        shift += bits;
        if (shift === 8) {
          bytes[at++] = byte;
          byte = 0;
          shift = 0;
        }
      }
      if (shift > 0) bytes[at] = byte;
      return;
    }
    for (let shift = 0; shift < bits; shift += 8) {
      if (bits <= 32) for (let i = from; i < to; i++) bytes[at++] = ((source[i] as number) - least) >>> shift;
      else {
        const unit = 2 ** shift;
        for (let i = from; i < to; i++)
          bytes[at++] = Math.floor(((source[i] as number) - least) / unit) % 256;
      }
    }
  }

  /** Any doubles, as they are. */
  doubles(source: Float64Array, from: number, to: number): void {
    const start = this.#take(8 * (to - from));
    this.#bytes.set(new Uint8Array(source.buffer, source.byteOffset + 8 * from, 8 * (to - from)), start);
  }
}

/** Every method throws a RangeError when there are fewer bytes than it needs. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  #take(count: number): number {
    const start = this.#at;
    this.#at += count;
    if (this.#at > this.#bytes.length) throw new RangeError('it ends too early');
    return start;
  }

  byte(): number {
    return this.#bytes[this.#take(1)] as number;
  }

  integer(): number {
    let byte = this.byte();
    const negative = (byte & 64) !== 0;
    let value = byte & 63;
    for (let unit = 64; byte >= 128; unit *= 128) {
      byte = this.byte();
      value += (byte & 127) * unit;
    }
    return negative ? -value : value;
  }

  text(): string {
    const length = this.integer();
    const start = this.#take(length);
    return this.#bytes.toString('utf8', start, start + length);
  }

  bits(then: (index: number) => void, count: number): void {
    const start = this.#take((count + 7) >> 3);
    for (let i = 0; i < count; i++) if ((this.#bytes[start + (i >> 3)] as number) & (1 << (i & 7))) then(i);
  }

  /** Into the first `count` places. */
  integers(out: Float64Array, count: number): void {
    const mode = this.byte();
    if ((mode & 3) === KIND.doubles) {
      this.doubles(out, count);
      return;
    }
    const stepped = (mode & STEPS) !== 0;
    const start = stepped ? 1 : 0;
    const least = this.integer();
    if ((mode & 3) === KIND.runs) this.#runs(out, start, count, least, mode >> 4);
    else this.#unpack(out, start, count, least, mode >> 4);
    if (!stepped) return;
    let value = this.integer();
    out[0] = value;
    for (let i = 1; i < count; i++) {
      value += out[i] as number;
      out[i] = value;
    }
  }

  #runs(out: Float64Array, from: number, to: number, least: number, code: number): void {
    const runs = this.integer();
    if (runs > to - from) throw new RangeError('it has more runs than numbers');
    const values = runRoom(runs);
    const lengths = lengthRoom(runs);
    this.#unpack(values, 0, runs, least, code);
    this.#unpack(lengths, 0, runs, 0, this.byte());
    let at = from;
    for (let run = 0; run < runs; run++) {
      const end = at + (lengths[run] as number);
      out.fill(values[run] as number, at, end);
      at = end;
    }
    if (at !== to) throw new RangeError('its runs do not fit');
  }

  #unpack(out: Float64Array, from: number, to: number, least: number, code: number): void {
    const bits = WIDTHS[code];
    if (bits === undefined) throw new RangeError(`it has a column of an unknown width (${code})`);
    let at = this.#take(Math.ceil((bits * (to - from)) / 8));
    const bytes = this.#bytes;
    if (bits === 0) {
      out.fill(least, from, to);
      return;
    }
    if (bits < 8) {
      const mask = 2 ** bits - 1;
      let shift = 0;
      for (let i = from; i < to; i++) {
        out[i] = least + (((bytes[at] as number) >> shift) & mask);
        shift += bits;
        if (shift === 8) {
          shift = 0;
          at++;
        }
      }
      return;
    }
    for (let i = from; i < to; i++) out[i] = least + (bytes[at++] as number);
    for (let shift = 8; shift < bits; shift += 8) {
      const unit = 2 ** shift;
      for (let i = from; i < to; i++) out[i] = (out[i] as number) + unit * (bytes[at++] as number);
    }
  }

  doubles(out: Float64Array, count: number): void {
    const start = this.#take(8 * count);
    new Uint8Array(out.buffer, out.byteOffset, 8 * count).set(this.#bytes.subarray(start, start + 8 * count));
  }
}
