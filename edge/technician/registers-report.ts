/** Registers and their decodings for people, for scripts, and as YAML to copy. Pure. */
import type { AddressRange } from '../../devices/decode.ts';
import { type ParameterId, parameterOf } from '../../devices/parameter.ts';
import { BYTE_ORDERS, type RegisterArea } from '../../devices/profile.ts';
import { decodeRegisters } from '../../devices/register.ts';
import { type Decoding, isPlausible } from './decodings.ts';
import { hex } from './probe-report.ts';
import type { RangeReading } from './registers.ts';
import { formatTable } from './table.ts';

const isBits = (area: RegisterArea): boolean => area === 'coil' || area === 'discrete';

/** One row a register; readings that no measurement could have stay empty, and so do the columns that only have such. */
export function registersTable(
  { registers }: RangeReading,
  { area, address, count }: AddressRange,
): string[] {
  const titles = isBits(area)
    ? ['address', 'bit']
    : ['address', 'hex', 'uint16', 'int16', ...pairTitles('int32'), ...pairTitles('float32')];
  const rows = Array.from({ length: count }, (_, index) => {
    const at = address + index;
    const word = registers.get(at);
    const name = `${at} (0x${hex(at)})`;
    if (typeof word !== 'number') return [name, `- ${word ?? 'not read'}`];
    if (isBits(area)) return [name, String(word)];
    const signed = decodeRegisters([word], 'int16', 'ABCD');
    const next = registers.get(at + 1);
    const pairs = typeof next === 'number' ? pairCells([word, next]) : [];
    return [name, hex(word), String(word), signed === word ? '' : String(signed), ...pairs];
  });
  const used = titles.map((_, index) => index < 4 || rows.some((row) => (row[index] ?? '') !== ''));
  // A reason takes the room of the row: in a cell of its own it would push the columns apart.
  const cells = rows.map((row) => (row.length === 2 && !isBits(area) ? [row[0] ?? '', '-'] : row));
  const kept = <T>(list: readonly T[]): T[] => list.filter((_, index) => used[index]);
  const columns = kept(
    titles.map((title, index) => ({ title, align: index === 0 ? ('left' as const) : ('right' as const) })),
  );
  const asked = [...registers].filter(([at]) => at >= address && at < address + count);
  return [...formatTable(columns, cells.map(kept)), ...reasons(asked)];
}

const pairTitles = (type: string): string[] => BYTE_ORDERS.map((order) => `${type} ${order}`);

/** uint32 differs from int32 only above 2147483647, which no measurement reaches. */
const pairCells = (pair: readonly number[]): string[] =>
  (['int32', 'float32'] as const).flatMap((type) =>
    BYTE_ORDERS.map((order) => {
      const value = decodeRegisters(pair, type, order);
      return isPlausible(value, type) ? numberText(value) : '';
    }),
  );

/** Registers that gave nothing, neighbours with one reason together. */
function reasons(registers: readonly (readonly [number, number | string])[]): string[] {
  const spans: { from: number; to: number; reason: string }[] = [];
  for (const [address, word] of registers.toSorted(([a], [b]) => a - b)) {
    if (typeof word === 'number') continue;
    const last = spans.at(-1);
    if (last?.reason === word && last.to === address - 1) last.to = address;
    else spans.push({ from: address, to: address, reason: word });
  }
  return spans.map(({ from, to, reason }) => `${from === to ? from : `${from}-${to}`}: ${reason}`);
}

export function rankingTable(decodings: readonly Decoding[]): string[] {
  const rows = decodings.map(({ address, offset, type, order, scale, raw, value, decimalsAt }, index) => [
    String(index + 1),
    `${address} (0x${hex(address)})`,
    offset === 0 ? '' : offset < 0 ? '-1' : '+1',
    type,
    order,
    scaleText(scale),
    numberText(raw),
    numberText(value),
    decimalsAt === null ? '' : `register ${decimalsAt} holds the decimals?`,
  ]);
  return formatTable(
    [
      { title: '#', align: 'right' },
      { title: 'address' },
      { title: 'offset' },
      { title: 'type' },
      { title: 'order' },
      { title: 'scale', align: 'right' },
      { title: 'raw', align: 'right' },
      { title: 'value', align: 'right' },
      { title: '' },
    ],
    rows,
  );
}

/** The point of a profile that reads this value; addresses as the protocol has them. */
export function pointYaml(area: RegisterArea, best: Decoding, parameter: ParameterId | null): string[] {
  const { address, type, order, scale, decimalsAt, unsignedToo } = best;
  const unit = parameter === null ? null : parameterOf(parameter).unit;
  const line = (text: string, comment: string | null): string =>
    comment === null ? text : `${text.padEnd(COMMENT_AT)}# ${comment}`;
  const scaleLine = line(
    `    scale: ${scaleNumber(scale)}`,
    decimalsAt === null ? null : `or, if register ${decimalsAt} follows the decimals of the display:`,
  );
  return [
    '# for a profile with address_base: zero',
    line(
      `  - parameter: ${parameter ?? '...'}`,
      parameter === null ? 'a word of devices/parameter.ts' : null,
    ),
    `    area: ${area}`,
    line(`    address: 0x${hex(address)}`, String(address)),
    line(
      `    type: ${type}`,
      unsignedToo ? `u${type} gives the same now: a negative value would tell` : null,
    ),
    ...(order === 'ABCD' ? [] : [`    order: ${order}`]),
    line(`    unit: ${unit === null ? '...' : JSON.stringify(unit)}`, 'the unit on the display'),
    ...(scale === 1 ? [] : [scaleLine]),
    ...(decimalsAt === null
      ? []
      : [`    # decimals_from: { area: ${area}, address: 0x${hex(decimalsAt)}, type: uint16 }`]),
  ];
}

const COMMENT_AT = 32;

const scaleText = (scale: number): string => `×${scaleNumber(scale)}`;

/** 0.000001, not 1e-6. */
const scaleNumber = (scale: number): string =>
  scale >= 1 ? String(scale) : scale.toFixed(Math.round(-Math.log10(scale)));

const numberText = (value: number): string => String(Number(value.toPrecision(7)));
