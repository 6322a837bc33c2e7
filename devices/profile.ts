/** Profile: how a model of instrument is read. One YAML file a model in devices/profiles/. */
import { z } from 'zod';
import { type AddressedProfile, type AddressRange, onWire, protocolAddress } from './profile/address.ts';
import { channelBankSchema } from './profile/channel.ts';
import { exampleSchema } from './profile/example.ts';
import { actionSchema, avoidSchema, blockSchema, fingerprintSchema, linkSchema } from './profile/link.ts';
import { pointSchema } from './profile/point.ts';
import { profileFaults } from './profile/rules.ts';
import { stateSchema } from './profile/state.ts';
import { writeSchema } from './profile/write.ts';
import { nameSchema } from './word.ts';

export {
  type AddressRange,
  contains,
  overlaps,
  protocolAddress,
} from './profile/address.ts';
export type { ProfilePoint, RegisterRef } from './profile/point.ts';
export {
  BYTE_ORDERS,
  type ByteOrder,
  REGISTER_AREAS,
  type RegisterArea,
  VALUE_TYPES,
  type ValueType,
} from './register.ts';

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
  state_from: z
    .array(stateSchema)
    .max(100)
    .default([])
    .describe(
      'Registers in which the instrument says that it is calibrating, faulty or in doubt: values stay and are flagged',
    ),
  points: z
    .array(pointSchema)
    .max(200)
    .default([])
    .describe('What the instrument measures; an I/O module may have channels only'),
  channels: z
    .array(channelBankSchema)
    .max(20)
    .default([])
    .describe('Inputs of an I/O module: the edge file says what is wired to them'),
  writes: z
    .array(writeSchema)
    .max(50)
    .default([])
    .describe(
      'Writes that change the instrument: for people to know; from the centre only those that say so',
    ),
  examples: z
    .array(exampleSchema)
    .min(1)
    .describe('Raw registers and the readings they must give: tests run them'),
});

export const profileSchema = profileObject.superRefine((profile, context) => {
  for (const { path, message } of profileFaults(profile))
    context.addIssue({ code: 'custom', path: [...path], message });
});

export type ProfileShape = z.infer<typeof profileObject>;
export type Profile = z.infer<typeof profileSchema>;
/** By id; of all that a map does, what an edge and a field need. */
export type ProfileLookup = Pick<ReadonlyMap<string, Profile>, 'get'>;

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
