/** How an instrument wants to be talked to: its port, what to do before a read, and what to leave alone. */
import { z } from 'zod';
import { REGISTER_AREAS } from '../register.ts';
import { locationShape } from './point.ts';

const serial = z.string().regex(/^\d+ [78][NEO][12]$/, 'must look like "9600 8N1"');

export const linkSchema = z.strictObject({
  unit: z.int().min(0).max(247).describe('Factory setting of the Modbus unit id'),
  serial: serial
    .optional()
    .describe(
      'Factory setting of the port, e.g. "9600 8N1"; absent where it is not known or there is only TCP',
    ),
  serial_other: z
    .array(serial)
    .default([])
    .describe('Other settings that this model is met with, the likeliest first; a scan tries them too'),
  response_timeout_ms: z.int().min(50).max(10_000).default(1000),
  pause_ms: z.int().min(0).max(1000).default(0).describe('Silence between two requests'),
  max_registers: z.int().min(1).max(125).default(125).describe('Most registers in one request'),
  max_gap: z
    .int()
    .min(0)
    .max(64)
    .default(0)
    .describe(
      'Unused registers that may be read along to save a request; 0 where holes answer with an error',
    ),
  holes: z
    .enum(['exception', 'silent'])
    .default('exception')
    .describe(
      'What a read of a register gives that the instrument does not have: an exception, or no answer at all. With ' +
        'silent no gap is ever read along, for it would cost a time-out',
    ),
  even_start: z
    .boolean()
    .default(false)
    .describe('Requests must begin at an even address and have an even length'),
});

const rangeShape = {
  area: z.enum(REGISTER_AREAS),
  address: z.int().min(0).max(65_536),
  count: z.int().min(1).max(65_536).default(1),
};

export const blockSchema = z.strictObject({ ...rangeShape, count: z.int().min(1).max(125) });

/** Registers to leave alone, and why: people see the reason. */
export const avoidSchema = z.strictObject({ ...rangeShape, reason: z.string().min(1).max(300) });

export const writeTarget = {
  area: z.enum(['coil', 'holding']),
  address: z.int().min(0).max(65_536),
};
const writeSchema = z.strictObject({ ...writeTarget, value: z.int().min(0).max(65_535) });

/** One step; an object with one key, as it reads best in YAML. */
export const actionSchema = z.union([
  z.strictObject({ write: writeSchema }),
  z.strictObject({
    wake: z
      .literal(true)
      .describe('A read whose answer does not matter: the first after a pause is often lost'),
  }),
  z.strictObject({ wait_ms: z.int().min(1).max(30_000) }),
  z.strictObject({
    command: z
      .strictObject({ area: z.enum(['holding', 'input']), address: writeTarget.address })
      .describe('A request for 0 registers, which some instruments take for a command'),
  }),
]);
export type ProfileAction = z.infer<typeof actionSchema>;

export const fingerprintSchema = z.strictObject({
  label: z.string().max(200).optional(),
  ...locationShape,
  mask: z.int().min(1).max(0xffff_ffff).optional().describe('Only these bits count'),
  expect: z.array(z.number()).min(1).describe('What this model answers, in its own raw numbers'),
});
export type FingerprintRead = z.infer<typeof fingerprintSchema>;
