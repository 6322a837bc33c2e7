/** Reads and writes registers for a command, over the line of the instrument. */
import type { CentreWrite } from '../../devices/profile/write.ts';
import { wordOf } from '../../devices/profile/write.ts';
import type { Orders } from '../../devices/wire/fleet.ts';
import type { LineAccess } from '../orders.ts';
import { describeFault, type ReadFault } from '../sources/source.ts';
import type { EndState } from './memory.ts';

/** How a command ended. */
export interface Ending {
  readonly state: EndState;
  readonly reason: string | null;
  readonly values?: readonly number[];
  readonly lines?: readonly string[];
}

export const failed = (reason: string, values?: readonly number[]): Ending => ({
  state: 'failed',
  reason,
  ...(values && { values }),
});

/** One request and no repeat: a dead instrument costs the line one time-out. */
export async function readRegisters(
  { table, address, count }: Extract<Orders, { kind: 'read' }>,
  line: LineAccess,
): Promise<Ending> {
  const result = await line.ask({ area: table, address, count });
  if (result.kind === 'fault') return failed(describeFault(result.fault));
  return { state: 'done', reason: null, values: result.words };
}

/** The answer alone may have been lost. */
const mayHaveTaken = ({ kind }: ReadFault): boolean => kind === 'no-answer' || kind === 'malformed';

/** `done`: it reads as it was written. An answer alone proves nothing: there are modules that take a write and stay as they are. */
export async function writeAndReadBack(
  { target, readBack }: CentreWrite,
  value: number,
  line: LineAccess,
): Promise<Ending> {
  const word = wordOf(value);
  const written = await line.write({ ...target, value: word });
  const fault = written.kind === 'fault' ? written.fault : null;
  if (fault !== null && !mayHaveTaken(fault)) return failed(`not written: ${describeFault(fault)}`);
  const result = await line.ask({ ...readBack, count: 1 });
  const said = fault === null ? 'written' : `written, with ${describeFault(fault)}`;
  if (result.kind === 'fault') return failed(`${said}, and not read back: ${describeFault(result.fault)}`);
  const [read = 0] = result.words;
  const { area, address } = readBack;
  if (read !== word) return failed(`${said}, and ${area} ${address} reads ${read}, not ${word}`, [read]);
  return { state: 'done', reason: null, values: [read] };
}
