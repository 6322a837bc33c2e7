/** A point of a profile: where one parameter stands, what its raw value means, and when it counts. */
import { z } from 'zod';
import { parameterOf } from '../parameter.ts';
import { BYTE_ORDERS, REGISTER_AREAS, VALUE_TYPES } from '../register.ts';
import { converter } from '../unit.ts';
import { measuredSchema, unitSchema } from '../word.ts';

/** Where a value stands: every place in a profile that names a register has these. */
export const locationShape = {
  area: z
    .enum(REGISTER_AREAS)
    .describe(
      'coil (function 1), discrete (2), holding (3) or input (4), whatever digit the manual puts in front',
    ),
  address: z.int().min(0).max(65_536).describe("As the manual numbers it; see the profile's address_base"),
  type: z.enum(VALUE_TYPES),
  order: z
    .enum(BYTE_ORDERS)
    .default('ABCD')
    .describe('Order in which the bytes come: ABCD Modbus normal, CDAB words swapped, DCBA both reversed'),
};

const refSchema = z.strictObject(locationShape);
export type RegisterRef = z.infer<typeof refSchema>;

/** Also of I/O modules' inputs (channel.ts). */
export const validitySchema = z
  .strictObject({
    ...locationShape,
    mask: z
      .int()
      .min(1)
      .max(0xffff_ffff)
      .optional()
      .describe('Only these bits of the register count: the others are settings or other states'),
    good: z
      .array(z.number())
      .min(1)
      .optional()
      .describe('The value counts only when this register has one of these'),
    min: z.number().optional().describe('The value counts only when this register is at least so much'),
    max: z.number().optional().describe('The value counts only when this register is at most so much'),
    reasons: z.record(z.string(), z.string()).default({}).describe('What other values of this register mean'),
    below: z.string().max(200).optional().describe('What anything less than min means'),
    above: z.string().max(200).optional().describe('What anything more than max means'),
    other: z
      .string()
      .max(200)
      .optional()
      .describe('What every other value means that has no reason of its own'),
  })
  .refine(({ good, min, max }) => good !== undefined || min !== undefined || max !== undefined, {
    error: 'when is it valid? Give good, min or max',
  });
export type ValidityRule = z.infer<typeof validitySchema>;

const counterSchema = z.strictObject({
  width: z.literal([16, 32]).describe('Bits: after 2^width - 1 comes 0'),
  amount: z.number().positive().describe('What one pulse stands for: 1 vehicle, 0.2 mm'),
  window_s: z.number().min(1).max(3600).describe('The rate is a mean over so long'),
});

export const pointSchema = z
  .strictObject({
    parameter: measuredSchema.describe('A parameter of devices/parameter.ts, each at most once'),
    label: z.string().max(200).optional().describe("The manual's own name of this register"),
    ...locationShape,
    order_from: z
      .strictObject({ ...locationShape, codes: z.record(z.string(), z.enum(BYTE_ORDERS)) })
      .optional()
      .describe('A register that says in which order the bytes come; an unknown code is no value'),
    bit: z
      .int()
      .min(0)
      .max(15)
      .optional()
      .describe('With type bit in holding and input registers: which bit, 0 the lowest'),
    unit: unitSchema.describe("Unit after scale and offset; converted to the parameter's own unit"),
    scale: z.number().default(1).describe('value = raw × scale + offset'),
    offset: z.number().default(0),
    decimals_from: refSchema
      .optional()
      .describe('A register that holds the number of decimals: raw / 10^decimals'),
    exponent_from: refSchema
      .optional()
      .describe('A register that holds a power of ten: raw × 10^exponent (SunSpec)'),
    scale_from: z
      .strictObject({ ...locationShape, codes: z.record(z.string(), z.number()).optional() })
      .optional()
      .describe('A register that holds a further factor, or with codes the code of one'),
    unit_from: z
      .strictObject({ ...locationShape, codes: z.record(z.string(), unitSchema) })
      .optional()
      .describe('A register that holds a unit code, and what its codes mean; an unknown code is no value'),
    sentinels: z.array(z.number()).default([]).describe('Raw values that mean "no value"'),
    sentinel_reasons: z
      .record(z.string(), z.string())
      .default({})
      .describe('What a sentinel means, where the manual says so: { -9999: "sensor fault" }'),
    valid_when: z
      .union([validitySchema, z.array(validitySchema).min(1).max(20)])
      .optional()
      .describe('Other registers that say whether the value counts; with several, all must say so'),
    counter: counterSchema
      .optional()
      .describe('A counter of pulses that becomes a rate per hour; unit is that of the rate: 1/h, mm/h'),
    range: z
      .tuple([z.number(), z.number()])
      .optional()
      .describe("The instrument's own range in the point's unit; outside it the value is suspect"),
  })
  .superRefine((point, context) => {
    const bits = point.area === 'coil' || point.area === 'discrete';
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (bits && point.type !== 'bit') fault('type', `a ${point.area} is a bit, not ${point.type}`);
    if (!bits && point.type === 'bit' && point.bit === undefined) fault('bit', 'which bit of the register?');
    const target = parameterOf(point.parameter).unit;
    for (const unit of [point.unit, ...Object.values(point.unit_from?.codes ?? {})]) {
      if (converter(unit, target, point.parameter) === null)
        fault('unit', `${unit} does not fit ${point.parameter}, which is in ${target}`);
    }
    if (point.counter && point.type !== `uint${point.counter.width}`)
      fault('type', `a ${point.counter.width}-bit counter is uint${point.counter.width}`);
    if (point.decimals_from && point.exponent_from)
      fault('exponent_from', 'decimals_from says the same already: take one of them');
    for (const raw of Object.keys(point.sentinel_reasons)) {
      if (!point.sentinels.includes(Number(raw)))
        fault('sentinel_reasons', `${raw} is not among the sentinels`);
    }
  });

export type ProfilePoint = z.infer<typeof pointSchema>;

/** The rules that must all hold for the value to count; none for most instruments. */
export function validityRules({
  valid_when: rules,
}: Pick<ProfilePoint, 'valid_when'>): readonly ValidityRule[] {
  if (rules === undefined) return NONE;
  return Array.isArray(rules) ? rules : [rules];
}

const NONE: readonly ValidityRule[] = [];

/** Every register that the point's reading depends on, its own first. */
export function pointRefs(point: ProfilePoint): RegisterRef[] {
  const { order_from, decimals_from, exponent_from, scale_from, unit_from } = point;
  const refs: (RegisterRef | undefined)[] = [
    point,
    order_from,
    decimals_from,
    exponent_from,
    scale_from,
    unit_from,
    ...validityRules(point),
  ];
  return refs.filter((ref) => ref !== undefined);
}
