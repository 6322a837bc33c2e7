/** Delivers to all destinations, each on its own: order, cursor, rate, repeats, circuit breaker and dead letters. */
import type { DestinationAnswer } from '../../devices/wire/destination.ts';
import type { StoredReading } from '../store/store.ts';
import { type DeliveryLoop, type LoopParts, type NamedDestination, startLoop } from './delivery-loop.ts';

export interface Delivery {
  states(): DestinationAnswer[];
  /** Undefined when no setting names it. */
  get(id: string): DeliveryLoop | undefined;
  /** Call it with what the store has committed. Never throws. */
  stored(readings: readonly Pick<StoredReading, 'station' | 'at'>[]): void;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

export interface DeliveryParts extends LoopParts {
  readonly destinations: readonly NamedDestination[];
}

export function startDelivery({ destinations, ...parts }: DeliveryParts): Delivery {
  const loops = new Map(destinations.map((destination) => [destination.id, startLoop(destination, parts)]));
  return {
    states: () => [...loops.values()].map((loop) => loop.state()),
    get: (id) => loops.get(id),
    stored(readings) {
      for (const loop of loops.values()) loop.stored(readings);
    },
    async stop() {
      await Promise.all([...loops.values()].map((loop) => loop.stop()));
    },
  };
}
