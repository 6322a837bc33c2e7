/** A sensor with a current or voltage at an input of an I/O module, as an ordinary point. Pure. */
import { z } from 'zod';
import type { ParameterId } from './parameter.ts';
import { type AnalogBank, type Channel, placeOf, type SignalRange } from './profile/channel.ts';
import type { pointSchema, validitySchema } from './profile/point.ts';
import { measuredSchema, unitSchema } from './word.ts';

const pair = z.tuple([z.number(), z.number()]);

export const analogWiringSchema = z.strictObject({
  parameter: measuredSchema,
  from: pair.describe('The signal at both ends of the sensor: [4, 20] mA, [0, 10] V'),
  to: pair.describe('What it measures at these ends'),
  unit: unitSchema.describe("Unit of `to`; converted to the parameter's own unit"),
  range: z.string().optional().describe('The range that the input is set to, where `from` does not tell'),
});

type AnalogWiring = z.infer<typeof analogWiringSchema>;

type PointInput = z.input<typeof pointSchema>;
type RuleInput = z.input<typeof validitySchema>;

/** A loop of 4 to 20 mA lives between these; NAMUR NE 43 gives what is beyond to broken wires and faulty sensors. */
const NE43 = { broken: 3.6, low: 3.8, high: 20.5, short: 21 } as const;

/** The point, or why there is none. */
export function analogPoint(
  channel: Channel,
  bank: AnalogBank,
  { from, to, unit, range: wanted }: AnalogWiring,
  base: { readonly parameter: ParameterId } & ReturnType<typeof placeOf>,
): PointInput | string {
  if (from[0] === from[1] || to[0] === to[1]) return 'from and to need two different ends';
  const named = rangeFor(bank, from, wanted);
  if (typeof named === 'string') return named;
  const [rangeName, range] = named;
  const rawOf = (signal: number) => lerp(signal, range.signal, range.raw);
  const measuredAt = (signal: number) => lerp(signal, from, to);
  const scale = (measuredAt(range.signal[1]) - measuredAt(range.signal[0])) / (range.raw[1] - range.raw[0]);
  const loop = range.unit === 'mA' && from[0] === 4 && from[1] === 20;

  const rules: RuleInput[] = [];
  const { setting, valid_when: status } = bank;
  if (setting && range.code !== undefined) {
    const reason = `the input is set to another range than ${rangeName}`;
    rules.push({ ...placeOf(channel, setting), good: [range.code], other: reason });
  }
  if (status) rules.push({ ...status, ...placeOf(channel, status) });
  if (loop) rules.push(loopRule(base, rawOf));
  // Without a status register an input that ends at 4 mA shows a broken wire as its zero.
  const blind = loop && range.signal[0] === 4 && !status;
  const margin = loop
    ? [NE43.low, NE43.high]
    : [from[0] - 0.0125 * (from[1] - from[0]), from[1] + 0.03125 * (from[1] - from[0])];
  return {
    ...base,
    unit,
    scale,
    offset: measuredAt(range.signal[0]) - scale * range.raw[0],
    range: ascending(margin.map((signal) => Number(measuredAt(signal).toPrecision(6)))),
    ...(rules.length > 0 && { valid_when: rules }),
    ...(blind && {
      sentinels: [range.raw[0]],
      sentinel_reasons: { [range.raw[0]]: 'wire broken, or 4 mA exactly' },
    }),
  };
}

/** The input's own number says that there is no loop current. */
function loopRule(place: ReturnType<typeof placeOf>, rawOf: (signal: number) => number): RuleInput {
  const { area, address, type, order } = place;
  const [min, max] = ascending([rawOf(NE43.broken), rawOf(NE43.short)]);
  return {
    area,
    address,
    type,
    order,
    min,
    max,
    below: `wire broken: less than ${NE43.broken} mA`,
    above: `short circuit: more than ${NE43.short} mA`,
  };
}

/** The named range, else the one that is exactly the sensor's, else the only one that the sensor fits into. */
function rangeFor(
  { ranges }: AnalogBank,
  from: readonly [number, number],
  wanted: string | undefined,
): [string, SignalRange] | string {
  const all = Object.entries(ranges);
  const names = all.map(([name]) => `"${name}"`).join(', ');
  const fits = ({ signal }: SignalRange) => {
    const [low, high] = ascending(signal);
    return from.every((end) => end >= low && end <= high);
  };
  if (wanted !== undefined) {
    const range = ranges[wanted];
    if (!range) return `there is no range "${wanted}": the input has ${names}`;
    return fits(range) ? [wanted, range] : `${from.join(' to ')} is not within the range "${wanted}"`;
  }
  const exact = all.filter(([, { signal }]) => signal[0] === from[0] && signal[1] === from[1]);
  const fitting = exact.length > 0 ? exact : all.filter(([, range]) => fits(range));
  const [first, ...others] = fitting;
  if (!first) return `no range of the input holds ${from.join(' to ')}: it has ${names}`;
  if (others.length > 0)
    return `which range is the input set to? Say range: ${fitting.map(([name]) => `"${name}"`).join(' or ')}`;
  return first;
}

const lerp = (x: number, [x0, x1]: readonly [number, number], [y0, y1]: readonly [number, number]): number =>
  y0 + ((x - x0) * (y1 - y0)) / (x1 - x0);

const ascending = (ends: readonly number[]): [number, number] => [Math.min(...ends), Math.max(...ends)];
