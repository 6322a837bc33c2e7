/** What an importer of station files must be told: whose they are, and what their words mean. */
import { z } from 'zod';
import type { ParameterId } from '../../../devices/parameter.ts';
import { uplinkSchema } from '../../../devices/station.ts';
import type { Inventory } from '../../../devices/wire/messages.ts';
import { RESERVED_NAMES } from '../../../devices/wire/topics.ts';
import { measuredSchema, nameSchema, stationShape, unitSchema } from '../../../devices/word.ts';
import type { ReadRules } from './reader.ts';
import { fieldSchema, statusSchema } from './settings.ts';

const stationSchema = z.strictObject({
  ...stationShape,
  /** Seconds between two files. */
  period_s: z.number().positive().max(86_400).default(300),
  /** What its files have, by symbol; `PM2,5` and `PM2.5` are one. */
  symbols: z
    .record(fieldSchema, measuredSchema)
    .refine((symbols) => Object.keys(symbols).length > 0, 'must name one at least')
    .refine(
      (symbols) => new Set(Object.values(symbols)).size === Object.keys(symbols).length,
      'two symbols are one parameter',
    ),
});

export const importSettingsSchema = z.strictObject({
  /** The account at the gateway, of this importer alone: what it announces are its stations and no others. */
  id: nameSchema.refine((id) => !RESERVED_NAMES.includes(id), {
    error: 'this name has a meaning of its own in topics',
  }),
  uplink: uplinkSchema,
  /** All that it ever imports: one that is left out is withdrawn. */
  stations: z.array(stationSchema).min(1).max(500),
  /** Each spelling of a unit in the files, as `ug/Nm3: ug/m3`. */
  units: z.record(z.string().min(1).max(40), unitSchema),
  status: statusSchema.prefault({}),
  /** Which end of their cycle the times of the files are of. */
  stamp: z.enum(['end', 'start']).default('end'),
});
export type ImportSettings = z.infer<typeof importSettingsSchema>;

export const inventoryOf = ({ stations }: ImportSettings): Inventory => ({
  stations: stations.map(({ period_s, symbols, ...station }) => ({
    ...station,
    parameters: Object.values(symbols).map((id) => ({ id, period_s })),
  })),
});

/** null: there is no such station. */
export function rulesOf(
  { stations, units, status, stamp }: ImportSettings,
  station: string,
): ReadRules | null {
  const symbols = stations.find(({ id }) => id === station)?.symbols;
  if (symbols === undefined) return null;
  return {
    symbols: new Map<string, ParameterId>(Object.entries(symbols)),
    units: new Map(Object.entries(units)),
    status,
    stamp,
  };
}
