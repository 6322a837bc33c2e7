/** The faults by name, each in one line for people: help, examples and messages show these. Pure. */
export const FAULTS = {
  // what comes back
  'no-answer': 'never answers',
  'late-answer': 'answers after the reader has given up (ms: how late)',
  'exception-02': 'says illegal data address to everything',
  'exception-04': 'says device failure to everything',
  'exception-06': 'says device busy to everything',
  'exception-unknown': 'answers with an exception that is not in the standard (code, 99)',
  'wrong-crc': 'the last two bytes of each answer are wrong; not on Modbus TCP',
  'echoed-request': 'sends the request back instead of an answer',
  'wrong-unit': 'answers under the id of another',
  'wrong-function': 'answers as if to another function',
  truncated: 'stops in the middle of each answer',
  oversized: 'answers with more than 256 bytes, or with so many registers more than asked for (extra)',
  'short-answer': 'answers with fewer registers than asked for: half, or at most so many (count)',
  'random-bytes': 'answers with bytes without a meaning (seed: the same ones each time)',
  'id-clash': 'a second instrument has its id: their answers collide',
  'hole-timeout': 'is silent where it would say illegal data address',
  'sleep-until-woken': 'does not hear the first request after a rest (idle_s)',
  'illegal-registers': 'says illegal data address where these registers are asked for (area, address, count)',
  'most-registers': 'refuses requests for more registers than so many (count, code 2 or 3)',
  // what the registers hold
  'stuck-value': 'shows for ever what it showed when the fault began',
  sentinel: "shows its own word for 'no value'",
  'swapped-words': 'the two words of each 32-bit value change places, as after an update of its firmware',
  'counter-reset': 'its counters begin anew from 0',
  'not-started': 'has lost power and measures nothing until it is told to start again',
} as const;

export type FaultKind = keyof typeof FAULTS;

export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

/** A line for each, as help and the example file have them. */
export function describeFaults(): string[] {
  const widest = Math.max(...FAULT_KINDS.map((kind) => kind.length));
  return FAULT_KINDS.map((kind) => `${kind.padEnd(widest)}  ${FAULTS[kind]}`);
}
