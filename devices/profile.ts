/** Profile: how a model of instrument is read. One YAML file a model in devices/profiles/. */
import { z } from 'zod';
import { parameterOf } from './parameter.ts';
import { converter } from './unit.ts';
import { nameSchema, parameterSchema, unitSchema } from './word.ts';

export const REGISTER_AREAS = ['coil', 'discrete', 'holding', 'input'] as const;
export type RegisterArea = (typeof REGISTER_AREAS)[number];

export const VALUE_TYPES = ['bit', 'int16', 'uint16', 'int32', 'uint32', 'float32'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

export const BYTE_ORDERS = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const;
export type ByteOrder = (typeof BYTE_ORDERS)[number];

/**
 * How the manual numbers registers. `zero`: as the protocol does; `one`: the first is 1 (numbers of the 4xxxx
 * and 3xxxx kind without their leading digit); `literal`: the number goes out as printed, whatever it looks like.
 */
const addressBase = z.enum(['zero', 'one', 'literal']);

const location = {
  area: z.enum(REGISTER_AREAS),
  address: z.int().min(0).max(65_536),
  type: z.enum(VALUE_TYPES),
  order: z.enum(BYTE_ORDERS).default('ABCD'),
};

const registerRef = z.strictObject(location);

const pointSchema = z
  .strictObject({
    parameter: parameterSchema,
    ...location,
    /** The manual's own name of this register. */
    label: z.string().max(200).optional(),
    /** Bit of a 16-bit register, 0 the lowest, for `type: bit` in holding and input registers. */
    bit: z.int().min(0).max(15).optional(),
    unit: unitSchema,
    scale: z.number().default(1),
    offset: z.number().default(0),
    /** A register that holds the number of decimals: value = raw / 10^decimals (QDY30A). */
    decimals_from: registerRef.optional(),
    /** A register that holds a unit code, and what its codes mean. An unknown code flags the reading. */
    unit_from: z.strictObject({ ...location, codes: z.record(z.string(), unitSchema) }).optional(),
    /** Raw values that mean "no value". */
    sentinels: z.array(z.number()).default([]),
    /** Validity from another register: good only when its value is one of `good`; the rest gives the reason. */
    valid_when: z
      .strictObject({
        ...location,
        /** Only these bits of the register count: the others are settings or other states. */
        mask: z.int().min(1).max(0xffff).optional(),
        good: z.array(z.number()).min(1),
        reasons: z.record(z.string(), z.string()).default({}),
      })
      .optional(),
    /**
     * A counter of pulses that becomes a rate per hour: width in bits, amount a pulse, averaging window.
     * `unit` is the unit of that rate: 1/h for vehicles, mm/h for a rain gauge.
     */
    counter: z
      .strictObject({
        width: z.literal([16, 32]),
        amount: z.number().positive(),
        window_s: z.number().min(1).max(3600),
      })
      .optional(),
    /** The instrument's own range in the point's unit; outside it the value is suspect. */
    range: z.tuple([z.number(), z.number()]).optional(),
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
    if (point.counter && point.counter.width === 32 && point.type !== 'uint32')
      fault('type', 'a 32-bit counter is uint32');
    if (point.counter && point.counter.width === 16 && point.type !== 'uint16')
      fault('type', 'a 16-bit counter is uint16');
  });

const readingExample = z.strictObject({
  value: z.number().nullable(),
  flag: z.literal([1, 2, 3, 4, 9]).default(1),
  reason: z.string().optional(),
});

const profileObject = z.strictObject({
  id: nameSchema,
  maker: z.string().min(1).max(100),
  models: z.array(z.string().min(1).max(100)).min(1),
  revision: z.int().min(1),
  /** documentation: made from a document; bench: proved on the real instrument. */
  status: z.enum(['documentation', 'bench']),
  sources: z.array(z.string().min(1).max(300)).min(1),
  /** Peculiarities that people must know; shown with the instrument. */
  caveats: z.array(z.string().min(1).max(500)).default([]),
  address_base: addressBase,
  link: z.strictObject({
    unit: z.int().min(0).max(247),
    /** Factory setting of the serial port, e.g. "9600 8N1". Absent for instruments that speak only TCP. */
    serial: z
      .string()
      .regex(/^\d+ [78][NEO][12]$/, 'must look like "9600 8N1"')
      .optional(),
    response_timeout_ms: z.int().min(50).max(10_000).default(1000),
    pause_ms: z.int().min(0).max(1000).default(0),
    max_registers: z.int().min(1).max(125).default(125),
    /** How many unused registers may be read along to save a request; 0 where holes answer with an error. */
    max_gap: z.int().min(0).max(64).default(0),
    even_start: z.boolean().default(false),
  }),
  points: z.array(pointSchema).min(1).max(200),
  /** Raw registers (address as in the points → raw 16-bit words or bits) and the readings they must give. */
  examples: z
    .array(
      z.strictObject({
        title: z.string().min(1),
        registers: z.partialRecord(
          z.enum(REGISTER_AREAS),
          z.record(z.string().regex(/^\d+$/), z.array(z.int().min(0).max(65_535))),
        ),
        readings: z.partialRecord(parameterSchema as unknown as z.ZodString, readingExample),
      }),
    )
    .min(1),
});

export const profileSchema = profileObject.superRefine((profile, context) => {
  const seen = new Set<string>();
  for (const [index, point] of profile.points.entries()) {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: ['points', index, path], message });
    if (seen.has(point.parameter)) fault('parameter', `${point.parameter} is there twice`);
    seen.add(point.parameter);
    const refs = [point, point.decimals_from, point.unit_from, point.valid_when];
    if (profile.address_base === 'one' && refs.some((ref) => ref?.address === 0))
      fault('address', 'with address_base "one" the first register is 1, not 0');
  }
});

export type Profile = z.infer<typeof profileSchema>;
export type ProfilePoint = Profile['points'][number];
export type RegisterRef = z.infer<typeof registerRef>;

/** The address that goes over the wire. */
export const protocolAddress = (profile: Profile, address: number): number =>
  profile.address_base === 'one' ? address - 1 : address;
