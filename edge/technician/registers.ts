/** Reads a range of registers that nobody has described: around what the instrument refuses. */
import type { AddressRange } from '../../devices/decode.ts';
import { describeFault, type ReadFault, type ReadRequest, type ReadResult } from '../sources/source.ts';

export interface RangeReading {
  /** Protocol address → word, or why there is none. */
  readonly registers: ReadonlyMap<number, number | string>;
  /** The fault that ended it, when nothing more could be asked. */
  readonly stopped: ReadFault | null;
}

export interface RangeOptions {
  readonly read: (request: ReadRequest) => Promise<ReadResult>;
  readonly range: AddressRange;
  readonly unit: number;
  readonly timeoutMs: number;
  /** Called after each request, before the pause that follows it. */
  readonly pause: () => Promise<void>;
  readonly onProgress?: (asked: number, total: number) => void;
}

/** Small enough for every instrument that is not known yet (SenseCAP gives 32). */
const CHUNK = 32;
/** Some keep silent on a register that they don't have (Yosemitech): so many waits are worth it before a first answer. */
const SILENT_FIRST = 8;
/** And so many in all. */
const SILENT_ALL = 40;

/** Each half of a refused range is asked on its own, down to the single register that is refused. */
export async function readRange(options: RangeOptions): Promise<RangeReading> {
  const { range, unit, timeoutMs } = options;
  const registers = new Map<number, number | string>();
  const todo: { address: number; count: number }[] = [];
  for (let offset = 0; offset < range.count; offset += CHUNK)
    todo.push({ address: range.address + offset, count: Math.min(CHUNK, range.count - offset) });
  let answered = false;
  let silences = 0;

  for (let next = todo.shift(); next; next = todo.shift()) {
    const { address, count } = next;
    const result = await options.read({ unit, area: range.area, address, count, timeoutMs });
    await options.pause();
    if (result.kind === 'words') {
      answered = true;
      for (const [index, word] of result.words.entries()) registers.set(address + index, word);
    } else {
      const { fault } = result;
      if (fault.kind === 'exception' && !isGatewaysSilence(fault)) answered = true;
      else silences += 1;
      const bound = answered ? SILENT_ALL : SILENT_FIRST;
      if (fault.kind === 'link' || silences >= bound || isUseless(fault)) {
        for (const rest of [next, ...todo]) tell(registers, rest, describeFault(fault));
        return { registers, stopped: fault };
      }
      if (count === 1) tell(registers, next, describeFault(fault));
      else {
        const half = Math.ceil(count / 2);
        todo.unshift({ address, count: half }, { address: address + half, count: count - half });
      }
    }
    options.onProgress?.(registers.size, range.count);
  }
  return { registers, stopped: null };
}

function tell(
  registers: Map<number, number | string>,
  { address, count }: { address: number; count: number },
  reason: string,
): void {
  for (let index = 0; index < count; index++) registers.set(address + index, reason);
}

const isGatewaysSilence = (fault: ReadFault): boolean =>
  fault.kind === 'exception' && (fault.code === 10 || fault.code === 11);

/** No part of the range would be answered otherwise. */
const isUseless = (fault: ReadFault): boolean => fault.kind === 'exception' && fault.code === 1;
