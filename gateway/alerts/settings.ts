/** Settings of alerts: `alerts:` in the gateway's file. Every time is in seconds. */
import { z } from 'zod';
import { LEVELS } from '../../devices/limit.ts';
import { nameSchema, STATION_KINDS } from '../../devices/word.ts';

const seconds = (least = 1) =>
  z
    .number()
    .min(least)
    .max(31 * 86_400);

/** Which alerts stay until a person resets them: all that is named must fit. */
const latchSchema = z
  .strictObject({
    kind: z.enum(STATION_KINDS).optional(),
    level: z.enum(LEVELS).optional(),
    limit: nameSchema.optional(),
  })
  .refine((rule) => Object.keys(rule).length > 0, 'must name a kind, a level or a limit');

export const alertSettingsSchema = z.strictObject({
  /** None by itself: who has to come and reset must have agreed to it. Critical fire: `{ kind: fire, level: critical }`. */
  latch: z.array(latchSchema).max(50).default([]),
  /** A day: ISA-18.2 asks for a bound on shelving, so that a shelf outlives no handover that nobody has read. */
  shelve_most_s: seconds(60).default(86_400),
  flapping: z
    .strictObject({
      /**
       * Raised so often within so long is flapping. ISA-18.2 practice calls an alarm chattering at three in a minute
       * (recalled, not verified); readings here come once a minute or slower, so the time is longer.
       */
      raises: z.int().min(2).max(100).default(4),
      within_s: seconds().default(900),
      /** As long without a change ends it: as long as it took to be noticed. */
      calm_s: seconds().default(900),
    })
    .prefault({}),
  /**
   * Nobody has acknowledged an alert so long after it was told: it is told again as escalated. Critical: a person on
   * duty is at the screen within five minutes. A notice never: it asks for no hand. null: never.
   */
  escalate_s: z
    .strictObject({
      notice: seconds().nullable().default(null),
      warning: seconds().nullable().default(3600),
      critical: seconds().nullable().default(300),
    })
    .prefault({}),
  /** An edge that restarts, or a mobile line that drops, is back within five minutes: only then is it news. */
  edge_away_after_s: seconds().default(300),
  /** As the books count a reading as live: within ten minutes, and some more for the line. Never below three periods. */
  station_silent_after_s: seconds(60).default(900),
  /** Node-RED restarts within seconds; what it judges, no edge may judge for it. */
  flows_silent_after_s: seconds().default(120),
  /**
   * A "no data" alarm waits so long for its cause: an edge's death is known after one and a half keep alives (45 s at
   * 30 s), and after a return data come before their alarms clear.
   */
  settle_s: seconds(0).default(120),
  /**
   * An alarm whose reading is so much older than its arrival is historical until it is known to stand. What happened
   * within the hour is still news, also when the line was down.
   */
  late_after_s: seconds(60).default(3600),
  /** A late alarm that its reporter has not cleared so long after it came stands: a backlog brings both within seconds. */
  late_settle_s: seconds(1).default(60),
  incident: z
    .strictObject({
      /** Over which two posts corroborate a fire, a proposal (docs/methods.md). */
      within_m: z.number().min(1).max(100_000).default(2000),
      /** 5.8 has five minutes for two signals of one node; from post to post a fire needs longer. No source. */
      within_s: seconds().default(1800),
      /** A dry or hot afternoon is a notice, and no fire. */
      level: z.enum(LEVELS).default('warning'),
    })
    .prefault({}),
});
export type AlertSettings = z.infer<typeof alertSettingsSchema>;

export const DEFAULT_ALERT_SETTINGS: AlertSettings = alertSettingsSchema.parse({});
