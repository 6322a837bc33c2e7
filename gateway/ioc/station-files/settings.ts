/**
 * Settings of station files. The annex of Circular 10/2021/TT-BTNMT was not seen whole (domain-standards 4.3, 11): name, units
 * and what else differs between the two loggers that were read is for the receiving department to say.
 */
import { z } from 'zod';
import { dayBounds } from '../../../devices/local-time.ts';
import { type ParameterId, parameterOf } from '../../../devices/parameter.ts';
import { converter } from '../../../devices/unit.ts';
import { measuredSchema, nameSchema, unitSchema } from '../../../devices/word.ts';
import { secretSchema } from '../destination-secret.ts';
import { placeholders } from './format.ts';
import { SYMBOLS } from './symbols.ts';

/** A word of a file's name: ASCII, and no underscore within, which parts the words. */
const wordSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9.-]{1,40}$/,
    'must be letters, digits, dots and hyphens, at most 40: "_" parts the words of a name',
  );

/** A field of a line: fields are parted by TAB or, for some readers, by spaces. */
export const fieldSchema = z
  .string()
  .regex(/^[^\s\p{Cc}]{1,20}$/u, 'must be 1 to 20 characters without spaces');

export const statusSchema = z
  .strictObject({
    measuring: fieldSchema.default('00'),
    calibrating: fieldSchema.default('01'),
    error: fieldSchema.default('02'),
  })
  .refine((status) => new Set(Object.values(status)).size === 3, 'must be three different codes');

const parameterFormatSchema = z.strictObject({
  /** Of the verified list when absent. */
  symbol: fieldSchema.optional(),
  /** As the receiver spells it. */
  unit: fieldSchema,
  /** What the spelling means, where it is not the unit that Quantrac keeps the parameter in. */
  convert_to: unitSchema.optional(),
  /** As people see it when absent. */
  decimals: z.int().min(0).max(6).optional(),
});

const daySchema = z
  .string()
  .refine((day) => dayBounds(day) !== null, 'must be a day as "2026-03-05", in quotes');

const common = {
  /** Seconds of a sending cycle; the circular asks for 5 minutes at the latest. */
  period_s: z
    .int()
    .min(60)
    .max(3600)
    .default(300)
    .refine((seconds) => 3600 % seconds === 0, 'must part an hour without a rest, as 60, 300 or 900'),
  /** After the end of a cycle, for what is still on its way. */
  delay_s: z.int().min(0).max(3600).default(30),
  /** The Vietnamese day from which the receiver wants files; what is missing since then is sent, the oldest first. */
  since: daySchema,
  /** What is older is not sent any more: a station keeps 60 days (domain-standards 4.2). */
  resend_days: z.int().min(1).max(400).default(60),
  /** `TinhA_{facility}_{station}_{time}.txt` or `{station}_{time}.txt` have been seen. */
  name: z
    .string()
    .max(200)
    .regex(
      /^[A-Za-z0-9{][A-Za-z0-9._{}-]*$/,
      'must be ASCII letters, digits, ".", "_" and "-", with words in braces',
    ),
  stations: z
    .array(z.strictObject({ id: nameSchema, station: wordSchema, facility: wordSchema.optional() }))
    .min(1)
    .max(2000),
  parameters: z.partialRecord(measuredSchema as unknown as z.ZodString, parameterFormatSchema),
  line_end: z.enum(['crlf', 'lf']).default('crlf'),
  status: statusSchema.prefault({}),
  /** What stands in the place of a value that a faulty device did not give; its line is left out when absent. */
  no_value: fieldSchema.optional(),
  /** Which end of the cycle times are of. */
  stamp: z.enum(['end', 'start']).default('end'),
};

const remote = {
  host: z.string().min(1).max(253),
  user: z.string().min(1).max(200),
  /** Where the files go, as the server names it; where the login leads when absent. */
  folder: z.string().min(1).max(500).default('.'),
};
const port = z.int().min(1).max(65_535);

const targetSchema = z.discriminatedUnion('to', [
  z.strictObject({ ...common, to: z.literal('folder'), folder: z.string().min(1).max(500) }),
  z.strictObject({
    ...common,
    ...remote,
    to: z.literal('ftp'),
    port: port.default(21),
    password: secretSchema,
  }),
  z.strictObject({
    ...common,
    ...remote,
    /** Explicit TLS (RFC 4217), on the control and the data connection. */
    to: z.literal('ftps'),
    port: port.default(21),
    password: secretSchema,
    /** File in PEM of the authority that signed the server's certificate, when Node.js does not know it. */
    ca: z.string().min(1).max(500).optional(),
  }),
  z
    .strictObject({
      ...common,
      ...remote,
      to: z.literal('sftp'),
      port: port.default(22),
      password: secretSchema.optional(),
      /** Key without a passphrase, as ssh-keygen writes it. */
      private_key: secretSchema.optional(),
      /** As `ssh-keygen -lf` shows it: a server that cannot show this key gets nothing. */
      host_key: z
        .string()
        .regex(
          /^SHA256:[A-Za-z0-9+/]{43}$/,
          'must be "SHA256:" and 43 characters, as ssh-keygen -lf shows it',
        ),
    })
    .refine(({ password, private_key }) => (password === undefined) !== (private_key === undefined), {
      error: 'needs either "password" or "private_key"',
    }),
]);

const WORDS = ['facility', 'station', 'time'];

export const stationFileSettingsSchema = targetSchema.superRefine((settings, context) => {
  const fault = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
  const words = placeholders(settings.name);
  const unknown = words.find((word) => !WORDS.includes(word));
  if (unknown !== undefined) fault(['name'], `"{${unknown}}" is none of {${WORDS.join('}, {')}}`);
  if (!words.includes('time')) fault(['name'], 'must have {time}: files would overwrite each other');
  if (!words.includes('station') && settings.stations.length > 1)
    fault(['name'], 'must have {station}: files of several stations would overwrite each other');
  const [names, ids] = [new Set<string>(), new Set<string>()];
  for (const [index, { id, station, facility }] of settings.stations.entries()) {
    if (words.includes('facility') && facility === undefined)
      fault(['stations', index, 'facility'], 'is wanted by the name');
    const name = `${facility}_${station}`;
    if (names.has(name) || ids.has(id)) fault(['stations', index], `"${id}" or its name is there twice`);
    names.add(name);
    ids.add(id);
  }
  const symbols = new Set<string>();
  const parameters = Object.entries(settings.parameters) as [ParameterId, ParameterFormat][];
  if (parameters.length === 0) fault(['parameters'], 'must name one at least');
  for (const [id, { symbol = SYMBOLS[id], convert_to }] of parameters) {
    if (symbol === undefined) fault(['parameters', id, 'symbol'], 'is in no verified list: say it');
    else if (symbols.has(symbol))
      fault(['parameters', id, 'symbol'], `"${symbol}" is there twice: nobody could tell them apart`);
    else symbols.add(symbol);
    const { unit } = parameterOf(id);
    if (convert_to !== undefined && converter(unit, convert_to, id) === null)
      fault(['parameters', id, 'convert_to'], `${unit} cannot be converted to ${convert_to}`);
  }
});

export type ParameterFormat = z.infer<typeof parameterFormatSchema>;
export type StationFileSettings = z.infer<typeof stationFileSettingsSchema>;
export type Target<To extends StationFileSettings['to']> = Extract<StationFileSettings, { to: To }>;
