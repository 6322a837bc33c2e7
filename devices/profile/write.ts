/**
 * Writes that change an instrument. People are told of all of them; what the centre may have written says so itself and
 * gives all that is needed to do it safely (docs/fleet.md).
 */
import { z } from 'zod';
import { nameSchema } from '../word.ts';
import { type AddressedProfile, protocolAddress } from './address.ts';
import { writeTarget } from './link.ts';

/** What a write does beyond changing a register: why it needs a permission of its own. */
const WRITE_EFFECTS = [
  'calibration',
  'clears-data',
  'restart',
  'address',
  'serial',
  'output',
  'cleaning',
  'setting',
] as const;
type WriteEffect = (typeof WRITE_EFFECTS)[number];

/** The instrument would not answer any more where it is looked for: nobody could read back what was written. */
const NEVER_FROM_CENTRE: readonly WriteEffect[] = ['address', 'serial'];
/** Nothing brings back what they take. */
const ALWAYS_DANGEROUS: readonly WriteEffect[] = ['calibration', 'clears-data', 'restart'];

const word = z.int().min(-32_768).max(65_535);

export const writeSchema = z
  .strictObject({
    label: z.string().min(1).max(200),
    ...writeTarget,
    effect: z.enum(WRITE_EFFECTS),
    note: z.string().min(1).max(500).describe('What happens to the instrument and its data'),
    from_centre: z
      .literal(true)
      .optional()
      .describe(
        'The centre may have it written: then name and its values are needed, and the manual must allow it',
      ),
    name: nameSchema.optional().describe('What commands call it, as "relay-0"'),
    type: z.enum(['uint16', 'int16']).default('uint16').describe('How a holding register shows a number'),
    min: word.optional().describe('The least that may be written, as the register holds it'),
    max: word.optional().describe('The most that may be written, as the register holds it'),
    values: z
      .array(word)
      .min(1)
      .max(50)
      .optional()
      .describe('Instead of min and max: all that may be written. Of a coil 0 and 1, or one of them'),
    dangerous: z
      .boolean()
      .default(false)
      .describe('A second person must approve: it can harm somebody, or data that nothing brings back'),
    read_back: z
      .strictObject(writeTarget)
      .optional()
      .describe('Where what was written shows, when it is not the same register'),
  })
  .superRefine((write, context) => {
    for (const { path, message } of writeFaults(write))
      context.addIssue({ code: 'custom', path: [path], message });
  });
export type ProfileWrite = z.infer<typeof writeSchema>;

interface WriteShape extends Pick<ProfileWrite, 'area' | 'effect' | 'type' | 'dangerous'> {
  readonly from_centre?: true | undefined;
  readonly name?: string | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly values?: readonly number[] | undefined;
  readonly read_back?: object | undefined;
}

function* writeFaults(write: WriteShape): Generator<{ readonly path: string; readonly message: string }> {
  const { area, effect, name, min, max, values, dangerous } = write;
  if (write.from_centre === undefined) {
    for (const key of ['name', 'min', 'max', 'values', 'read_back'] as const)
      if (write[key] !== undefined) yield { path: key, message: 'is only for what is from_centre' };
    return;
  }
  if (name === undefined) yield { path: 'name', message: 'what the centre may have written needs a name' };
  if (NEVER_FROM_CENTRE.includes(effect))
    yield { path: 'from_centre', message: `a write of effect ${effect} would cut the instrument off` };
  if (ALWAYS_DANGEROUS.includes(effect) && !dangerous)
    yield { path: 'dangerous', message: `a write of effect ${effect} needs dangerous: true` };
  const ranged = min !== undefined && max !== undefined;
  if (ranged === (values !== undefined) || (min === undefined) !== (max === undefined))
    yield { path: 'values', message: 'which values may be written? Give min and max, or values' };
  if (ranged && min > max) yield { path: 'min', message: 'must not be above max' };
  const [least, most] = boundsOf(write);
  for (const value of [min, max, ...(values ?? [])])
    if (value !== undefined && (value < least || value > most))
      yield {
        path: 'values',
        message: `${value} is not between ${least} and ${most}, which ${area} can hold`,
      };
}

const boundsOf = ({ area, type }: Pick<WriteShape, 'area' | 'type'>): readonly [number, number] => {
  if (area === 'coil') return [0, 1];
  return type === 'int16' ? [-32_768, 32_767] : [0, 65_535];
};

/** What the centre may have written, with addresses as they go over the wire. */
export interface CentreWrite {
  readonly name: string;
  readonly label: string;
  readonly effect: WriteEffect;
  readonly note: string;
  readonly dangerous: boolean;
  readonly allowed: Allowed;
  readonly target: Place;
  readonly readBack: Place;
}
type Allowed = { readonly min: number; readonly max: number } | { readonly values: readonly number[] };
interface Place {
  readonly area: 'coil' | 'holding';
  readonly address: number;
}

export function centreWrites(
  profile: AddressedProfile & { readonly writes: readonly ProfileWrite[] },
): CentreWrite[] {
  const place = ({ area, address }: Place): Place => ({ area, address: protocolAddress(profile, address) });
  return profile.writes.flatMap((write) => {
    const { from_centre, name, label, effect, note, dangerous, min, max, values, read_back } = write;
    if (from_centre === undefined || name === undefined) return [];
    const allowed = values ? { values } : { min: min ?? 0, max: max ?? 0 };
    return [
      {
        name,
        label,
        effect,
        note,
        dangerous,
        allowed,
        target: place(write),
        readBack: place(read_back ?? write),
      },
    ];
  });
}

/** Why this value may not be written, null when it may. */
export function valueFault(
  { name, allowed }: { readonly name: string; readonly allowed: Allowed },
  value: number,
): string | null {
  if ('values' in allowed)
    return allowed.values.includes(value) ? null : `${name} takes ${allowed.values.join(', ')}, not ${value}`;
  const { min, max } = allowed;
  return value >= min && value <= max ? null : `${name} takes ${min} to ${max}, not ${value}`;
}

/** The number as it goes over the wire: two's complement. */
export const wordOf = (value: number): number => value & 0xffff;
