/** What an instrument must be told before it can be read, as its profile says. */
import { actionsAtStart, actionsBefore, type LineAction, type Profile } from '../../devices/profile.ts';
import type { Clock } from '../clock.ts';
import type { Block } from '../plan.ts';
import type { ReadFault, ReadResult } from '../sources/source.ts';

export interface OrderOptions {
  readonly ask: (block: Block) => Promise<ReadResult>;
  /** Any read that the instrument knows: whether it answers does not matter. */
  readonly wakeWith: Block | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export const ordersOf = (profile: Profile): LineAction[] => [
  ...actionsAtStart(profile),
  ...actionsBefore(profile),
];

/** A technician's probe never writes. Without their writes these instruments show what they measured last. */
export const needsWrites = (profile: Profile): boolean =>
  ordersOf(profile).some(({ kind }) => kind === 'write');

/** The first fault of a command, null when all were taken. */
export async function giveOrders(profile: Profile, options: OrderOptions): Promise<ReadFault | null> {
  for (const order of ordersOf(profile)) {
    if (order.kind === 'wait') await options.clock.sleep(order.ms, options.signal);
    else if (order.kind === 'wake') {
      if (options.wakeWith) await options.ask(options.wakeWith);
    } else if (order.kind === 'command') {
      const result = await options.ask({ area: order.area, address: order.address, count: 0 });
      if (result.kind === 'fault') return result.fault;
    }
  }
  return null;
}
