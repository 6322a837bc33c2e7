/** What an instrument must be told before it can be read, as its profile says. */
import { actionsAtStart, actionsBefore, type LineAction, type Profile } from '../devices/profile.ts';
import type { Clock } from './clock.ts';
import type { Block } from './plan.ts';
import type { ReadFault, ReadResult } from './sources/source.ts';

export interface OrderOptions {
  readonly ask: (block: Block) => Promise<ReadResult>;
  /** Any read that the instrument knows: whether it answers does not matter. */
  readonly wakeWith: Block | undefined;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly signal: AbortSignal;
}

/** Neither the edge nor a technician's probe writes to an instrument: without its writes it shows what it measured last. */
export const needsWrites = (profile: Profile): boolean =>
  [...actionsAtStart(profile), ...actionsBefore(profile)].some(({ kind }) => kind === 'write');

/** The first fault of a command, null when all were taken. */
export async function giveOrders(
  orders: readonly LineAction[],
  { ask, wakeWith, clock, signal }: OrderOptions,
): Promise<ReadFault | null> {
  for (const order of orders) {
    if (order.kind === 'wait') await clock.sleep(order.ms, signal);
    else if (order.kind === 'wake') {
      if (wakeWith) await ask(wakeWith);
    } else if (order.kind === 'command') {
      const result = await ask({ area: order.area, address: order.address, count: 0 });
      if (result.kind === 'fault') return result.fault;
    }
  }
  return null;
}
