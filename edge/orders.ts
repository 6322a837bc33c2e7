/** What an instrument must be told before it can be read, as its profile says. */

import type { Block } from '../devices/line/plan.ts';
import type { LineAction } from '../devices/profile.ts';
import { describeFault, type ReadFault, type ReadResult, type WriteResult } from './sources/source.ts';

/** The line, for one instrument. */
export interface LineAccess {
  ask(block: Block): Promise<ReadResult>;
  write(target: { area: 'coil' | 'holding'; address: number; value: number }): Promise<WriteResult>;
}

/** A round lets others have the line. */
export type Pause =
  /** The instrument wakes or measures: its value is there after so long. */
  | { readonly kind: 'measuring'; readonly ms: number }
  /** It did not answer: it is asked once more after all others that are due. */
  | { readonly kind: 'unanswered' };

export interface Untold {
  readonly fault: ReadFault;
  /** With the order that was not taken. */
  readonly cause: string;
}

/**
 * Returns the first order that was not taken, null when all were. `wakeWith` is any read that the instrument knows:
 * whether it answers does not matter.
 */
export async function* giveOrders(
  orders: readonly LineAction[],
  { ask, write }: LineAccess,
  wakeWith: Block | undefined,
): AsyncGenerator<Pause, Untold | null> {
  for (const order of orders) {
    if (order.kind === 'wait') yield { kind: 'measuring', ms: order.ms };
    else if (order.kind === 'wake') {
      if (wakeWith) await ask(wakeWith);
    } else {
      const result =
        order.kind === 'command'
          ? await ask({ area: order.area, address: order.address, count: 0 })
          : await write(order);
      if (result.kind === 'fault')
        return { fault: result.fault, cause: `${describeFault(result.fault)} to ${describeOrder(order)}` };
    }
  }
  return null;
}

const describeOrder = (order: Extract<LineAction, { kind: 'command' | 'write' }>): string =>
  order.kind === 'write'
    ? `its order, ${order.value} to ${order.area} ${order.address}`
    : `its start command, ${order.area} ${order.address}`;
