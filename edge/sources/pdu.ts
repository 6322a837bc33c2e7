/** Requests and their answers as every framing carries them: unit, function, data. Pure. */
import type { RegisterArea } from '../../devices/profile.ts';
import {
  exceptionFault,
  type ReadFault,
  type ReadRequest,
  type ReadResult,
  type WriteRequest,
  type WriteResult,
} from './source.ts';

/** One of the six functions that are spoken here: their requests all have this form. */
export interface Command {
  readonly unit: number;
  readonly code: number;
  readonly address: number;
  /** How many are read, or what is written. */
  readonly value: number;
}

/** Unit, function, address, value. */
export const COMMAND_BYTES = 6;

/** In the answer's function this bit says that it is an exception. */
export const EXCEPTION = 0x80;

/** Modbus Application Protocol V1.1b3, section 6. */
const READS = { coil: 1, discrete: 2, holding: 3, input: 4 } satisfies Record<RegisterArea, number>;
const WRITES = { coil: 5, holding: 6 } satisfies Record<WriteRequest['area'], number>;
const COIL_ON = 0xff00;

export const readCommand = ({ unit, area, address, count }: ReadRequest): Command => ({
  unit,
  code: READS[area],
  address,
  value: count,
});

export const writeCommand = ({ unit, area, address, value }: WriteRequest): Command => ({
  unit,
  code: WRITES[area],
  address,
  value: area === 'holding' ? value : value === 0 ? 0 : COIL_ON,
});

export function putCommand(frame: Buffer, at: number, { unit, code, address, value }: Command): void {
  frame[at] = unit;
  frame[at + 1] = code;
  frame.writeUInt16BE(address, at + 2);
  frame.writeUInt16BE(value, at + 4);
}

export const writes = ({ code }: Command): boolean => code === WRITES.coil || code === WRITES.holding;

const readsBits = ({ code }: Command): boolean => code === READS.coil || code === READS.discrete;

/** Data bytes of a read's right answer. */
export const dataBytes = (command: Command): number =>
  readsBits(command) ? Math.ceil(command.value / 8) : 2 * command.value;

/** `answer` begins with the unit, and ends with the data. */
export function takeRead(command: Command, answer: Buffer): ReadResult {
  const fault = answerFault(command, answer);
  if (fault !== null) return { kind: 'fault', fault };
  const words = new Array<number>(command.value);
  if (readsBits(command)) {
    for (let index = 0; index < words.length; index++)
      words[index] = ((answer[3 + (index >> 3)] as number) >> (index & 7)) & 1;
  } else {
    for (let index = 0, at = 3; index < words.length; index++, at += 2)
      words[index] = ((answer[at] as number) << 8) | (answer[at + 1] as number);
  }
  return { kind: 'words', words };
}

export function takeWrite(command: Command, answer: Buffer): WriteResult {
  const fault = answerFault(command, answer);
  return fault === null ? { kind: 'done' } : { kind: 'fault', fault };
}

/** Why this is not the right answer, null when it is. */
export function answerFault(command: Command, answer: Buffer): ReadFault | null {
  const { unit, code } = command;
  if (answer[0] !== unit) return malformed(`unit ${answer[0]} answered instead of ${unit}`);
  if (answer[1] === (code | EXCEPTION) && answer.length >= 3) return exceptionFault(answer[2] as number);
  if (answer[1] !== code) return malformed(`function ${(answer[1] ?? 0) & ~EXCEPTION} instead of ${code}`);
  return writes(command) ? repeatFault(command, answer) : dataFault(command, answer);
}

function dataFault(command: Command, answer: Buffer): ReadFault | null {
  const bytes = answer.length - 3;
  if (answer[2] !== bytes) return malformed(`a byte count of ${answer[2] ?? 'nothing'} for ${bytes} bytes`);
  const expected = dataBytes(command);
  if (bytes === expected) return null;
  const bits = readsBits(command);
  const of = bits ? 'bits' : 'registers';
  const words = bits ? bytes * 8 : bytes / 2;
  const asked = command.value;
  // No register at all teaches nothing about how many the instrument can give.
  return bytes > 0 && bytes < expected && Number.isInteger(words)
    ? { kind: 'short', words, asked, of }
    : malformed(`${words} ${of} instead of ${asked}`);
}

function repeatFault(command: Command, answer: Buffer): ReadFault | null {
  if (answer.length !== COMMAND_BYTES) return malformed(`${answer.length} bytes instead of ${COMMAND_BYTES}`);
  const address = answer.readUInt16BE(2);
  const value = answer.readUInt16BE(4);
  if (address !== command.address) return malformed(`address ${address} instead of ${command.address}`);
  return value === command.value ? null : malformed(`value ${value} instead of ${command.value}`);
}

const malformed = (detail: string): ReadFault => ({ kind: 'malformed', detail });
