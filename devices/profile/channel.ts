/**
 * Inputs of an I/O module: what the profile of the module says of them. What they mean depends on what is wired to them and
 * stands in the edge file (wiring.ts).
 */
import { z } from 'zod';
import { registerCount } from '../register.ts';
import { locationShape, type RegisterRef, validitySchema } from './point.ts';

const pair = z.tuple([z.number(), z.number()]);

export const SIGNAL_UNITS = ['mA', 'V', 'mV'] as const;
export type SignalUnit = (typeof SIGNAL_UNITS)[number];

const bankShape = {
  name: z
    .string()
    .regex(/^[a-z]{1,10}$/)
    .describe(
      'Lower-case letters; with the input\'s number this is its name in edge files: "ai" gives ai0, ai1 …',
    ),
  first: z.int().min(0).max(100).default(0).describe('Number of the first input'),
  count: z.int().min(1).max(64).default(1).describe('So many equal inputs; each further one is one place on'),
  label: z.string().max(200).optional().describe("The manual's own name of these inputs"),
  ...locationShape,
};

const rangeSchema = z.strictObject({
  unit: z.enum(SIGNAL_UNITS),
  signal: pair.describe('The signal at both ends of the range'),
  raw: pair.describe('The raw numbers at these ends'),
  code: z.int().min(0).max(65_535).optional().describe('What the setting register holds for this range'),
});
export type SignalRange = z.infer<typeof rangeSchema>;

const analogSchema = z.strictObject({
  kind: z.literal('analog').describe('A current or voltage'),
  ...bankShape,
  ranges: z
    .record(z.string().min(1).max(30), rangeSchema)
    .describe('The ranges that an input can be set to, by their names'),
  setting: z
    .strictObject(locationShape)
    .optional()
    .describe('The register (of the first input) that holds which range is set: codes of ranges'),
  valid_when: validitySchema
    .optional()
    .describe("The first input's own status register: an input that is broken or out of range has no value"),
});

const pulsesSchema = z.strictObject({
  kind: z.literal('pulses').describe('A counter of pulses, which only grows'),
  ...bankShape,
});

const contactSchema = z.strictObject({
  kind: z.literal('contact').describe('On or off'),
  ...bankShape,
});

export const channelBankSchema = z
  .discriminatedUnion('kind', [analogSchema, pulsesSchema, contactSchema])
  .superRefine((bank, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const bits = bank.area === 'coil' || bank.area === 'discrete';
    if (bank.kind === 'contact' && (!bits || bank.type !== 'bit'))
      fault('type', 'a contact is a bit among coils or discrete inputs');
    if (bank.kind === 'pulses' && bank.type !== 'uint16' && bank.type !== 'uint32')
      fault('type', `a counter is uint16 or uint32, not ${bank.type}`);
    if (bank.kind !== 'analog') return;
    if (bits || bank.type === 'bit') fault('type', 'a current or voltage is a number');
    for (const [name, { signal, raw, code }] of Object.entries(bank.ranges)) {
      if (signal[0] >= signal[1] || raw[0] >= raw[1]) fault('ranges', `${name}: signal and raw must go up`);
      if ((code === undefined) !== (bank.setting === undefined))
        fault('ranges', `${name}: a code and a setting register go together`);
    }
  });
export type ChannelBank = z.infer<typeof channelBankSchema>;
export type AnalogBank = Extract<ChannelBank, { kind: 'analog' }>;

export interface WiredModule {
  readonly channels: readonly ChannelBank[];
}

/** One input: its bank, and how many places on from the bank's first it is. */
export interface Channel {
  readonly bank: ChannelBank;
  readonly index: number;
}

/** The input of this name, null when the module has none. */
export function channelOf({ channels }: WiredModule, name: string): Channel | null {
  const [, letters, digits] = /^([a-z]+)(0|[1-9]\d*)$/.exec(name) ?? [];
  for (const bank of channels) {
    const index = Number(digits) - bank.first;
    if (bank.name === letters && index >= 0 && index < bank.count) return { bank, index };
  }
  return null;
}

/** "ai0 to ai7, di0": what a technician can choose from. */
export const channelNames = ({ channels }: WiredModule): string =>
  channels
    .map(({ name, first, count }) =>
      count === 1 ? `${name}${first}` : `${name}${first} to ${name}${first + count - 1}`,
    )
    .join(', ');

/** Where a register of the bank stands for this input: each further input is one place of its own size on. */
export function placeOf<R extends RegisterRef>({ index }: Channel, { area, address, type, order }: R) {
  return { area, address: address + index * registerCount(type), type, order };
}
