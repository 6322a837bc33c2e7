/** Profile: how a model of instrument is read. One YAML file a model in devices/profiles/. */
import { z } from 'zod';
import {
  actionSchema,
  avoidSchema,
  blockSchema,
  dangerousWriteSchema,
  fingerprintSchema,
  linkSchema,
} from './profile-link.ts';
import { pointRefs, pointSchema } from './profile-point.ts';
import { REGISTER_AREAS, type RegisterArea, registerCount } from './register.ts';
import { nameSchema, parameterSchema } from './word.ts';

export type { ProfilePoint, RegisterRef } from './profile-point.ts';
export {
  BYTE_ORDERS,
  type ByteOrder,
  REGISTER_AREAS,
  type RegisterArea,
  VALUE_TYPES,
  type ValueType,
} from './register.ts';

const exampleSchema = z.strictObject({
  title: z.string().min(1),
  registers: z
    .partialRecord(
      z.enum(REGISTER_AREAS),
      z.record(z.string().regex(/^(\d+|0x[\dA-Fa-f]+)$/), z.array(z.int().min(0).max(65_535))),
    )
    .describe('Address as in the points → raw 16-bit words (or bits) from there on'),
  readings: z.partialRecord(
    parameterSchema as unknown as z.ZodString,
    z.strictObject({
      value: z.number().nullable().describe("In the parameter's own unit"),
      flag: z
        .literal([1, 2, 3, 4, 9])
        .default(1)
        .describe('QARTOD: 1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing'),
      reason: z.string().optional(),
    }),
  ),
});

const profileObject = z.strictObject({
  id: nameSchema.describe("The file's name without .yaml"),
  maker: z.string().min(1).max(100),
  models: z.array(z.string().min(1).max(100)).min(1).describe('All models that this map fits'),
  revision: z.int().min(1).describe('Counts up with every change that can alter a reading'),
  status: z
    .enum(['documentation', 'bench'])
    .describe('documentation: made from a document; bench: proved on the real instrument'),
  sources: z
    .array(z.string().min(1).max(300))
    .min(1)
    .describe('Where each fact comes from, with edition and page'),
  caveats: z
    .array(z.string().min(1).max(500))
    .default([])
    .describe('Peculiarities that people must know; shown with the instrument'),
  address_base: z
    .enum(['zero', 'one', 'literal'])
    .describe(
      'How the manual numbers registers. zero: as the protocol does; one: the first is 1 (numbers of the 4xxxx and ' +
        '3xxxx kind without their leading digit); literal: the number goes out as printed, whatever it looks like',
    ),
  link: linkSchema,
  scan: z
    .enum(['allowed', 'forbidden'])
    .default('allowed')
    .describe('forbidden: nothing but the reads of this profile may be sent to this model, no scan either'),
  fingerprint: z
    .array(fingerprintSchema)
    .max(10)
    .default([])
    .describe('Reads that tell this model from others, test constants included'),
  start: z
    .array(actionSchema)
    .max(10)
    .default([])
    .describe('Once before the first read, and again after the instrument was silent'),
  before: z.array(actionSchema).max(10).default([]).describe('Before the reads of every round'),
  blocks: z
    .array(blockSchema)
    .max(50)
    .default([])
    .describe('Requests that must be made exactly so; where there are any, nothing else is asked for'),
  forbidden: z
    .array(avoidSchema)
    .max(50)
    .default([])
    .describe('Registers that no request may touch, not even to bridge a gap'),
  never_poll: z
    .array(avoidSchema)
    .max(50)
    .default([])
    .describe('Registers whose reading changes something (clear on read): they cannot be points'),
  points: z.array(pointSchema).min(1).max(200),
  writes: z
    .array(dangerousWriteSchema)
    .max(50)
    .default([])
    .describe('Writes that change the instrument: for people to know, off by default'),
  examples: z
    .array(exampleSchema)
    .min(1)
    .describe('Raw registers and the readings they must give: tests run them'),
});

export const profileSchema = profileObject.superRefine((profile, context) => {
  const seen = new Set<string>();
  const avoided = forbiddenRanges(profile);
  const blocks = fixedBlocks(profile);
  for (const [index, point] of profile.points.entries()) {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: ['points', index, path], message });
    if (seen.has(point.parameter)) fault('parameter', `${point.parameter} is there twice`);
    seen.add(point.parameter);
    for (const ref of pointRefs(point)) {
      const range = {
        ...ref,
        address: protocolAddress(profile, ref.address),
        count: registerCount(ref.type),
      };
      const clash = avoided.find((other) => overlaps(range, other));
      if (range.address < 0) fault('address', 'with address_base "one" the first register is 1, not 0');
      else if (clash) fault('address', `${ref.area} ${ref.address} must not be read: ${clash.reason}`);
      else if (blocks.length > 0 && !blocks.some((block) => contains(block, range)))
        fault('address', `${ref.area} ${ref.address} is in none of the blocks`);
    }
  }
  for (const [index, block] of blocks.entries()) {
    const clash = avoided.find((other) => overlaps(block, other));
    if (clash)
      context.addIssue({
        code: 'custom',
        path: ['blocks', index],
        message: `must not be read: ${clash.reason}`,
      });
    if (block.count > profile.link.max_registers)
      context.addIssue({
        code: 'custom',
        path: ['blocks', index],
        message: 'is longer than link.max_registers',
      });
  }
});

export type Profile = z.infer<typeof profileSchema>;

/** Registers as they go over the wire. */
export interface AddressRange {
  readonly area: RegisterArea;
  readonly address: number;
  readonly count: number;
}

/** The address that goes over the wire. */
export const protocolAddress = (profile: Pick<Profile, 'address_base'>, address: number): number =>
  profile.address_base === 'one' ? address - 1 : address;

const onWire = <R extends AddressRange>(profile: Pick<Profile, 'address_base'>, range: R): R => ({
  ...range,
  address: protocolAddress(profile, range.address),
});

export const overlaps = (a: AddressRange, b: AddressRange): boolean =>
  a.area === b.area && a.address < b.address + b.count && b.address < a.address + a.count;

export const contains = (outer: AddressRange, inner: AddressRange): boolean =>
  outer.area === inner.area &&
  outer.address <= inner.address &&
  inner.address + inner.count <= outer.address + outer.count;

type AddressedProfile = Pick<Profile, 'address_base'>;

/**
 * Registers that no request may touch: those that must not be asked for and those whose reading changes something.
 * A planner does not bridge them; the technician's own reads are refused with the reason.
 */
export const forbiddenRanges = (
  profile: AddressedProfile & Pick<Profile, 'forbidden' | 'never_poll'>,
): (AddressRange & { readonly reason: string })[] =>
  [...profile.forbidden, ...profile.never_poll].map((range) => onWire(profile, range));

/** Requests that must be made exactly so. When there are any, every point lies within one: read those it needs. */
export const fixedBlocks = (profile: AddressedProfile & Pick<Profile, 'blocks'>): AddressRange[] =>
  profile.blocks.map((block) => onWire(profile, block));

/** One thing to do on the line, with addresses as they go over the wire. */
export type LineAction =
  | {
      readonly kind: 'write';
      readonly area: 'coil' | 'holding';
      readonly address: number;
      readonly value: number;
    }
  /** Read anything that the instrument has and ignore whether it answers. */
  | { readonly kind: 'wake' }
  | { readonly kind: 'wait'; readonly ms: number }
  /** A request for 0 registers; its empty answer says that the command was taken. */
  | { readonly kind: 'command'; readonly area: 'holding' | 'input'; readonly address: number };

function lineActions(profile: Profile, actions: Profile['before']): LineAction[] {
  const address = (of: { address: number }) => protocolAddress(profile, of.address);
  return actions.map((action) => {
    if ('write' in action) return { kind: 'write', ...action.write, address: address(action.write) };
    if ('command' in action) return { kind: 'command', ...action.command, address: address(action.command) };
    if ('wait_ms' in action) return { kind: 'wait', ms: action.wait_ms };
    return { kind: 'wake' };
  });
}

/** What to do in this order before the reads of every round; empty for most instruments. */
export const actionsBefore = (profile: Profile): LineAction[] => lineActions(profile, profile.before);

/** What to do once before the first read, and again after the instrument was silent (it may have lost power). */
export const actionsAtStart = (profile: Profile): LineAction[] => lineActions(profile, profile.start);

/** Every port setting this model is met with, the factory's first; empty where none is known. */
export const serialSettings = ({ link }: Pick<Profile, 'link'>): string[] => [
  ...new Set([...(link.serial ? [link.serial] : []), ...link.serial_other]),
];
