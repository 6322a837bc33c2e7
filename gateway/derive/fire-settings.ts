/** Where fire levels are published, and by what: the decisions differ by province, zone and month, so nothing has a default. */
import { z } from 'zod';
import { dayBounds, monthOf } from '../../devices/local-time.ts';
import { FIRE_TABLE_IDS, type FireTable } from '../../devices/standards/fire-levels.ts';
import { nameSchema, textSchema } from '../../devices/word.ts';

const daySchema = z.string().refine((day) => dayBounds(day) !== null, 'must be a day like "2026-03-05"');

const greatestPSchema = z.int().min(0).max(1_000_000);

/** A table beside those that are known: what the province's People's Committee has issued. */
const fireTableSchema = z.strictObject({
  id: nameSchema.refine(
    (id) => !FIRE_TABLE_IDS.some((known) => known === id),
    'is the name of a known table',
  ),
  name: textSchema,
  /** Number and day of the decision. */
  source: z.string().min(1).max(500),
  /** Before this day it gives no level. */
  valid_from: daySchema,
  /** The greatest P of levels I, II, III and IV. */
  up_to: z
    .tuple([greatestPSchema, greatestPSchema, greatestPSchema, greatestPSchema])
    .refine((limits) => limits.every((limit, index) => limit > (limits[index - 1] ?? -1)), 'must rise'),
}) satisfies z.ZodType<FireTable>;

export const fireTablesSchema = z
  .array(fireTableSchema)
  .max(50)
  .superRefine((tables, context) => {
    for (const [index, { id }] of tables.entries()) {
      if (tables.findIndex((other) => other.id === id) < index)
        context.addIssue({ code: 'custom', path: [index, 'id'], message: `there are two tables "${id}"` });
    }
  });

const mmSchema = z.number().positive().max(100);

const fireZoneSchema = z
  .strictObject({
    name: nameSchema,
    /** Its stations, or its operating areas by their Vietnamese names. */
    stations: z.array(nameSchema).max(500).default([]),
    areas: z.array(z.string().min(1).max(500)).max(500).default([]),
    /** The table that holds for it, of the known ones or of `fire_tables`: they differ by a factor of 2 to 5. */
    table: z.string(),
    /**
     * Rain of a day that sets P back to 0, or one for each month from January to December: 5 mm in Phạm Ngọc Hưng's formula, 6 mm
     * in Quảng Bình, 7 to 8 mm in studies, 5 to 10 mm by month in Thừa Thiên Huế.
     */
    rain_threshold_mm: z.union([mmSchema, z.array(mmSchema).length(12)], {
      error: 'must be one number of mm, or a list of twelve from January to December',
    }),
    /** P of a day as the rangers know it; without it P begins on the first day of enough rain. */
    known: z.strictObject({ day: daySchema, p: z.number().min(0).max(1_000_000) }).optional(),
  })
  .refine(({ stations, areas }) => stations.length + areas.length > 0, {
    path: ['stations'],
    error: 'a zone needs stations or areas',
  });
export type FireZone = z.infer<typeof fireZoneSchema>;

export const fireZonesSchema = z
  .array(fireZoneSchema)
  .max(200)
  .superRefine((zones, context) => {
    for (const field of ['stations', 'areas'] as const) {
      const seen = new Set<string>();
      for (const [index, zone] of zones.entries()) {
        for (const member of zone[field]) {
          if (seen.has(member))
            context.addIssue({
              code: 'custom',
              path: [index, field],
              message: `"${member}" is in two zones`,
            });
          seen.add(member);
        }
      }
    }
  });

/** Every zone names a table that is there. */
export function checkZoneTables(
  {
    fire_tables,
    fire_zones,
  }: { readonly fire_tables: readonly FireTable[]; readonly fire_zones: FireZone[] },
  context: z.RefinementCtx,
): void {
  const ids = [...FIRE_TABLE_IDS, ...fire_tables.map(({ id }) => id)];
  for (const [index, { table }] of fire_zones.entries()) {
    if (!ids.includes(table))
      context.addIssue({
        code: 'custom',
        path: ['fire_zones', index, 'table'],
        message: `"${table}" is no fire level table: known are ${ids.join(', ')}`,
      });
  }
}

/** Rain that sets P back to 0 on this day, mm. `day`: a moment of it, epoch ms. */
export const rainThresholdMm = ({ rain_threshold_mm: mm }: FireZone, day: number): number =>
  typeof mm === 'number' ? mm : (mm[monthOf(day) - 1] as number);
