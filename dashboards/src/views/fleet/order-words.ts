/** What a command tells an edge to do, as a sentence. */
import type { EdgeDetail } from '../../../../devices/wire/edges.ts';
import type { Orders } from '../../../../devices/wire/fleet.ts';
import { local, t } from '../../i18n.ts';

export type Instrument = EdgeDetail['instruments'][number]['instruments'][number];
export type Write = Instrument['writes'][number];

type Named = Pick<EdgeDetail, 'instruments'>;

export const instrumentOf = (edge: Named, station: string, id: string): Instrument | undefined =>
  edge.instruments.find((one) => one.station === station)?.instruments.find((one) => one.id === id);

export function placeOf(edge: Named, station: string, instrument: string): string {
  const known = edge.instruments.find((one) => one.station === station);
  return `${instrument} · ${known ? local(known.name) : station}`;
}

export function orderWords(orders: Orders, edge: Named): string {
  switch (orders.kind) {
    case 'read':
      return t('fleet.say.read', {
        n: orders.count,
        table: t(`fleet.table.${orders.table}`),
        address: orders.address,
        where: placeOf(edge, orders.station, orders.instrument),
      });
    case 'write': {
      const write = instrumentOf(edge, orders.station, orders.instrument)?.writes.find(
        ({ name }) => name === orders.write,
      );
      return t('fleet.say.write', {
        value: orders.value,
        write: write?.label ?? orders.write,
        where: placeOf(edge, orders.station, orders.instrument),
      });
    }
    case 'rescan':
      return orders.station === undefined || orders.instrument === undefined
        ? t('fleet.say.rescanAll')
        : t('fleet.say.rescan', { where: placeOf(edge, orders.station, orders.instrument) });
    case 'restart':
      return t('fleet.say.restart');
    case 'log':
      return t('fleet.say.log', { n: orders.lines });
  }
}
