/**
 * What is wired to the inputs of an I/O module, as the edge file says it, made into ordinary points: planner, decoder and
 * judge know nothing of modules. Pure.
 */
import { z } from 'zod';
import { analogPoint, analogWiringSchema } from './analog-wiring.ts';
import { type ParameterId, parameterOf } from './parameter.ts';
import { type Channel, channelNames, channelOf, placeOf, type WiredModule } from './profile/channel.ts';
import { type ProfilePoint, pointSchema } from './profile/point.ts';
import type { UnitId } from './unit.ts';
import { measuredSchema } from './word.ts';

const pulsesSchema = z.strictObject({
  parameter: measuredSchema,
  amount: z.number().positive().describe('What one pulse stands for: 1 vehicle, 0.2 mm of rain'),
  window_s: z.number().min(1).max(3600).default(60).describe('A rate is a mean over so long'),
});

const contactSchema = z.strictObject({
  parameter: measuredSchema,
  closed: z.literal([0, 1]).describe('The value while the input is on (reads 1): 1 alarm, 0 no alarm'),
});

const wiringSchema = z.union([analogWiringSchema, pulsesSchema, contactSchema], {
  error(issue) {
    const { input } = issue;
    const given = typeof input === 'object' && input !== null ? Object.keys(input) : [];
    // One key says which of the three is meant: what is wrong with that helps more than what there is.
    const meant = ['from', 'amount', 'closed'].findIndex((key) => given.includes(key));
    const [fault] = 'errors' in issue ? ((issue.errors as z.core.$ZodIssue[][])[meant] ?? []) : [];
    if (fault) return `${fault.path.join('.')}: ${fault.message}`;
    return 'must be { parameter, from, to, unit } of a current or voltage, { parameter, amount } of pulses or { parameter, closed } of a contact';
  },
});
export type Wiring = z.infer<typeof wiringSchema>;

type PointInput = z.input<typeof pointSchema>;

/** In the edge file: the name of an input → what is wired to it. */
export const channelsSchema = z.record(z.string().min(1).max(20), wiringSchema);
export type Channels = z.infer<typeof channelsSchema>;

export interface WiringFault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The points of what is wired; an input whose wiring has a fault gives none. */
export const wiredPoints = (
  module: WiredModule & { readonly id: string },
  channels: Channels,
): ProfilePoint[] => wire(module, channels).points;

/** What is wrong with the wiring, by the names of the inputs. */
export const wiringFaults = (
  module: WiredModule & { readonly id: string },
  channels: Channels,
): WiringFault[] => wire(module, channels).faults;

function wire(
  module: WiredModule & { readonly id: string },
  channels: Channels,
): { points: ProfilePoint[]; faults: WiringFault[] } {
  const points: ProfilePoint[] = [];
  const faults: WiringFault[] = [];
  const wiredTo = new Map<ParameterId, string>();
  for (const [name, wiring] of Object.entries(channels)) {
    const fault = (message: string, ...path: PropertyKey[]) =>
      faults.push({ path: [name, ...path], message });
    const channel = channelOf(module, name);
    if (!channel) {
      const has = module.channels.length === 0 ? 'no inputs to wire' : channelNames(module);
      fault(`profile "${module.id}" has no input ${name}: it has ${has}`);
      continue;
    }
    const made = pointOf(channel, wiring, name);
    if (typeof made === 'string') {
      fault(made);
      continue;
    }
    const checked = pointSchema.safeParse(made);
    for (const { message } of checked.error?.issues ?? []) fault(message);
    const other = wiredTo.get(wiring.parameter);
    if (other !== undefined)
      fault(
        `${wiring.parameter} is wired to ${other} too: one parameter comes once from a station`,
        'parameter',
      );
    wiredTo.set(wiring.parameter, name);
    if (checked.success) points.push(checked.data);
  }
  return { points, faults };
}

/** Units of what pulses can give. */
const RATES: readonly UnitId[] = ['1/h', 'mm/h'];
const SUMS: readonly UnitId[] = ['mm', 'count'];

/** The point, or why there is none. */
function pointOf(channel: Channel, wiring: Wiring, name: string): PointInput | string {
  const { bank } = channel;
  const base = { ...placeOf(channel, bank), parameter: wiring.parameter, label: labelOf(channel, name) };
  const { unit } = parameterOf(wiring.parameter);
  if (bank.kind === 'analog')
    return 'from' in wiring
      ? analogPoint(channel, bank, wiring, base)
      : `${name} is an analog input: it needs from, to and unit`;
  if (bank.kind === 'pulses') {
    if (!('amount' in wiring)) return `${name} counts pulses: it needs an amount, what one pulse stands for`;
    const { amount, window_s } = wiring;
    // A sum begins at 0 with the module and goes back there when the counter is full.
    if (SUMS.includes(unit)) return { ...base, unit, scale: amount };
    if (!RATES.includes(unit))
      return `pulses give a rate per hour or a sum, and ${wiring.parameter} is neither`;
    return { ...base, unit, counter: { width: bank.type === 'uint16' ? 16 : 32, amount, window_s } };
  }
  if (!('closed' in wiring)) return `${name} is a contact: it needs closed, the value while it is on`;
  return wiring.closed === 1 ? { ...base, unit: '/' } : { ...base, unit: '/', scale: -1, offset: 1 };
}

const labelOf = ({ bank }: Channel, name: string): string => (bank.label ? `${name}: ${bank.label}` : name);
