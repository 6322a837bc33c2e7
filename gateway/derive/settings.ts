/** Settings of what the gateway derives (docs/methods.md): what the sources leave open is chosen here, and has no default. */
import { z } from 'zod';
import {
  congestionSettingsSchema,
  PROPOSED_CONGESTION,
  PROPOSED_FREE_FLOW_PERCENTILE,
} from '../../devices/methods/congestion.ts';
import { COMPLETENESS } from '../../devices/methods/means.ts';
import { wqiSettingsSchema } from '../../devices/methods/vn-wqi.ts';
import { nameSchema } from '../../devices/word.ts';
import { checkZoneTables, fireTablesSchema, fireZonesSchema } from './fire-settings.ts';

const trafficSiteSchema = z.strictObject({
  station: nameSchema,
  /** Lanes that its detectors see. */
  lanes: z.int().min(1).max(20),
  /**
   * Passenger cars that a vehicle of its stream stands for, on average. The equivalents of the Vietnamese standards (TCVN
   * 4054, TCVN 13592) were not found: it is the site's own.
   */
  passenger_cars: z.number().min(0.2).max(1),
  /** Mean length of a vehicle and its detector together, in m: density where flow says nothing, at standstill. */
  vehicle_and_detector_m: z.number().min(1).max(50).optional(),
});
export type TrafficSite = z.infer<typeof trafficSiteSchema>;

const hourSchema = z.int().min(0).max(24);

/** Proposals of this project, no standard: no decision on congestion was found. */
const trafficSchema = z.strictObject({
  congestion: congestionSettingsSchema.prefault(PROPOSED_CONGESTION),
  percentile: z.number().min(50).max(100).default(PROPOSED_FREE_FLOW_PERCENTILE),
  /** When the road is free. */
  night: z
    .strictObject({ from_hour: hourSchema, to_hour: hourSchema })
    .refine(({ from_hour, to_hour }) => from_hour < to_hour, { error: 'from_hour must be before to_hour' })
    .prefault({ from_hour: 0, to_hour: 5 }),
  /** Nights that the free-flow speed is made of. */
  nights: z.int().min(3).max(60).default(14),
  /** Where a level of service is published. */
  sites: z.array(trafficSiteSchema).max(1000).default([]),
});
export type TrafficSettings = z.infer<typeof trafficSchema>;

export const deriveSettingsSchema = z
  .strictObject({
    /**
     * Share of its values that a mean needs: samples of an hour, hours of 8 or 24. Decision 1459/QD-TCMT names none; three
     * quarters is the usual international rule.
     */
    completeness: z.number().min(0.1).max(1).default(COMPLETENESS),
    /** How long after its end an hour is derived: what an edge holds longer comes as backlog, and derives it again. */
    delay_s: z.number().min(0).max(3600).default(60),
    /** What the sources of Decision 1460/QD-TCMT contradict each other on. */
    vn_wqi: wqiSettingsSchema.optional(),
    traffic: trafficSchema.prefault({}),
    /** Tables of fire levels beside those that are known. */
    fire_tables: fireTablesSchema.default([]),
    /** Where fire levels are published. A station in no zone has none. */
    fire_zones: fireZonesSchema.default([]),
  })
  .superRefine(checkZoneTables);
export type DeriveSettings = z.infer<typeof deriveSettingsSchema>;
