/** What can be known of a command before it goes: by the inventory of its edge. The edge looks again, by its profiles. */
import { valueFault } from '../../devices/profile/write.ts';
import type { Orders } from '../../devices/wire/fleet.ts';
import type { KnownStation } from '../catalog.ts';

export type Checked =
  | { readonly kind: 'fault'; readonly detail: string }
  | { readonly kind: 'sound'; readonly dangerous: boolean; readonly station: KnownStation | null };

const fault = (detail: string): Checked => ({ kind: 'fault', detail });

/** `stations`: those of the edge. */
export function checkOrders(orders: Orders, edge: string, stations: readonly KnownStation[]): Checked {
  if (!('station' in orders) || orders.station === undefined)
    return { kind: 'sound', dangerous: false, station: null };
  const station = stations.find(({ id }) => id === orders.station);
  if (station === undefined) return fault(`edge ${edge} has no station ${orders.station}`);
  if (orders.instrument === undefined) return { kind: 'sound', dangerous: false, station };
  const instrument = station.instruments?.find(({ id }) => id === orders.instrument);
  if (instrument === undefined)
    return fault(`station ${station.id} has no Modbus instrument ${orders.instrument}`);
  if (orders.kind !== 'write') return { kind: 'sound', dangerous: false, station };
  const write = instrument.writes.find(({ name }) => name === orders.write);
  if (write === undefined) {
    const names = instrument.writes.map(({ name }) => name).join(', ') || 'none';
    return fault(
      `profile ${instrument.profile} allows no write ${orders.write} from the centre; it allows: ${names}`,
    );
  }
  const wrong = valueFault(write, orders.value);
  if (wrong !== null) return fault(wrong);
  const { effect } = orders;
  if (effect && !station.parameters.some(({ id }) => id === effect.parameter))
    return fault(
      `station ${station.id} does not measure ${effect.parameter}: its effect would never be seen`,
    );
  return { kind: 'sound', dangerous: write.dangerous, station };
}
