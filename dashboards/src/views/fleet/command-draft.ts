/** A command while it is asked for: fields as they are typed, and the orders that they make. Pure. */
import type { EdgeDetail } from '../../../../devices/wire/edges.ts';
import type { Orders } from '../../../../devices/wire/fleet.ts';
import type { TextKey } from '../../texts/texts.ts';
import { instrumentOf, type Write } from './order-words.ts';

export type Filled = Readonly<Record<string, string>>;

export type MadeOrders = { readonly orders: Orders } | { readonly faults: Readonly<Record<string, TextKey>> };

type Named = Pick<EdgeDetail, 'instruments'>;
type Table = Extract<Orders, { kind: 'read' }>['table'];
export const TABLES: readonly Table[] = ['holding', 'input', 'coil', 'discrete'];

/** "station/instrument", as a line names its instruments. */
export const allInstruments = (edge: Named): string[] =>
  edge.instruments.flatMap(({ station, instruments }) => instruments.map(({ id }) => `${station}/${id}`));

const split = (place: string): readonly [station: string, instrument: string] => {
  const [station = '', instrument = ''] = place.split('/');
  return [station, instrument];
};

export const writesOf = (edge: Named, place: string): readonly Write[] =>
  instrumentOf(edge, ...split(place))?.writes ?? [];

export function firstFilled(kind: Orders['kind'], edge: Named): Filled {
  const all = allInstruments(edge);
  if (kind === 'read') return { place: all[0] ?? '', table: 'holding', address: '0', count: '10' };
  if (kind === 'log') return { lines: '100' };
  if (kind !== 'write') return { place: '' };
  const place = all.find((one) => writesOf(edge, one).length > 0) ?? '';
  return { place, write: writesOf(edge, place)[0]?.name ?? '', value: '' };
}

export function ordersFrom(kind: Orders['kind'], filled: Filled, edge: Named): MadeOrders {
  const faults: Record<string, TextKey> = {};
  const whole = (field: string, least: number, most: number): number => {
    const text = (filled[field] ?? '').trim();
    const value = /^-?\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) faults[field] = 'fleet.fault.number';
    return value;
  };
  const [station, instrument] = split(filled.place ?? '');
  const needPlace = (): void => {
    if (instrument === '') faults.place = 'fleet.fault.instrument';
  };
  const make = (): Orders => {
    switch (kind) {
      case 'read':
        needPlace();
        return {
          ...{ kind, station, instrument, table: (filled.table ?? 'holding') as Table },
          ...{ address: whole('address', 0, 65_535), count: whole('count', 1, 125) },
        };
      case 'write':
        needPlace();
        return writeOf(filled, edge, faults, station, instrument);
      case 'rescan':
        return instrument === '' ? { kind } : { kind, station, instrument };
      case 'restart':
        return { kind };
      case 'log':
        return { kind, lines: whole('lines', 1, 500) };
    }
  };
  const orders = make();
  return Object.keys(faults).length > 0 ? { faults } : { orders };
}

function writeOf(
  filled: Filled,
  edge: Named,
  faults: Record<string, TextKey>,
  station: string,
  instrument: string,
): Orders {
  const name = filled.write ?? '';
  const write = writesOf(edge, filled.place ?? '').find((one) => one.name === name);
  const text = (filled.value ?? '').trim();
  const value = /^-?\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (write === undefined) faults.write = 'fleet.fault.write';
  else if (!isAllowed(write, value)) faults.value = 'fleet.fault.value';
  return { kind: 'write', station, instrument, write: name, value, ...effectOf(filled, faults) };
}

export const isAllowed = ({ allowed }: Pick<Write, 'allowed'>, value: number): boolean =>
  'values' in allowed ? allowed.values.includes(value) : value >= allowed.min && value <= allowed.max;

type Effect = Extract<Orders, { kind: 'write' }>['effect'];

/** A reading that must come to be within a band; none when no parameter is chosen. */
function effectOf(filled: Filled, faults: Record<string, TextKey>): { effect?: NonNullable<Effect> } {
  const parameter = filled.effect ?? '';
  if (parameter === '') return {};
  const number = (field: string): number => {
    const value = Number((filled[field] ?? '').trim().replace(',', '.') || Number.NaN);
    if (!Number.isFinite(value)) faults[field] = 'fleet.fault.number';
    return value;
  };
  const [min, max] = [number('min'), number('max')];
  const within_s = number('within');
  if (min > max) faults.min = 'fleet.fault.band';
  if (!(Number.isInteger(within_s) && within_s >= 1 && within_s <= 3600))
    faults.within = 'fleet.fault.number';
  return {
    effect: { parameter: parameter as NonNullable<Effect>['parameter'], min, max, within_s },
  };
}
