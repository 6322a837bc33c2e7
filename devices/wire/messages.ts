/** The JSON messages between edge, gateway and flows: one zod schema each, the types follow. */
import { z } from 'zod';
import { LEVELS, limitSchema } from '../limit.ts';
import { FLAGS } from '../quality.ts';
import {
  measuredSchema,
  nameSchema,
  parameterSchema,
  STATION_KINDS,
  stationShape,
  textSchema,
} from '../word.ts';

const at = z.int().min(0).max(8.64e15);

/** Ten years. */
const MOST_AGE_S = 3652 * 86_400;

/** Characters of a reason in a status. */
export const MOST_REASON = 500;

/** `{edge}/{station}/alarms` and `flows/{station}/alarms`: this limit was crossed here. */
export const alarmSchema = z.strictObject({
  station: nameSchema,
  parameter: parameterSchema,
  limit: nameSchema,
  state: z.enum(['raised', 'cleared']),
  level: z.enum(LEVELS),
  /** Time of the reading that decided, epoch ms. */
  at,
  value: z.number(),
  /** The value of the limit that was crossed, in the parameter's unit. */
  threshold: z.number(),
  /** The standard that sets it, and its clause. */
  source: textSchema.optional(),
  /** The readings that decided it together, of a condition that has several; the newest values of each. */
  because: z
    .array(
      z.strictObject({
        station: nameSchema,
        parameter: parameterSchema,
        at,
        value: z.number(),
        threshold: z.number().optional(),
      }),
    )
    .min(1)
    .max(20)
    .optional(),
  /** What is told is a change within so many seconds: value and threshold are sizes of it, negative ones of a fall. */
  within_s: z.number().positive().optional(),
  /** What is told is that readings have stopped; value and threshold are seconds without one, and the longest allowed. */
  no_data: z.literal(true).optional(),
  /** It is of a time that is over, such as an hour that late data have changed: recorded, and nobody is woken. */
  historical: z.literal(true).optional(),
  /** The sender's clock is not trusted: the alarm is of now less `age_s`, whenever it says it is. */
  time_doubtful: z.literal(true).optional(),
  /** Seconds from the reading that decided to the sending, by a clock that only counts; absent: not known, or no time is in doubt. */
  age_s: z.number().min(0).max(MOST_AGE_S).optional(),
});
export type Alarm = z.infer<typeof alarmSchema>;

/** One condition has one key, whoever reports it. */
export const conditionKey = ({
  station,
  parameter,
  limit,
}: Pick<Alarm, 'station' | 'parameter' | 'limit'>): string => `${station}/${parameter}/${limit}`;

/** Limits of one station. */
export const MOST_LIMITS = 50;

export const inventoryStationSchema = z.strictObject({
  ...stationShape,
  parameters: z
    .array(
      z.strictObject({
        id: measuredSchema,
        period_s: z.number().positive().max(86_400),
        instrument: z.string().max(200).optional(),
      }),
    )
    .min(1)
    .max(500),
  /** Those that are read over Modbus, and what the centre may have written to them. */
  instruments: z
    .array(
      z.strictObject({
        id: nameSchema,
        profile: nameSchema,
        writes: z
          .array(
            z.strictObject({
              name: nameSchema,
              label: z.string().max(200),
              note: z.string().max(500),
              /** Two persons are needed. */
              dangerous: z.boolean(),
              allowed: z.union([
                z.strictObject({ min: z.int(), max: z.int() }),
                z.strictObject({ values: z.array(z.int()).min(1).max(50) }),
              ]),
            }),
          )
          .max(50),
      }),
    )
    .max(50)
    .optional(),
  /** Those of the edge's own file, which are in force until the centre has others. */
  limits: z.array(limitSchema).max(MOST_LIMITS).optional(),
});
export type InventoryStation = z.infer<typeof inventoryStationSchema>;

/** `{edge}/inventory`, retained: the edge's file is the truth about its stations. */
export const inventorySchema = z.strictObject({
  version: z.string().max(40).optional(),
  stations: z.array(inventoryStationSchema).max(500),
});
export type Inventory = z.infer<typeof inventorySchema>;

const megabytes = z.number().min(0);
export const systemSchema = z.looseObject({
  /** Of the file system that its data are on. */
  disk: z.looseObject({ free_mb: megabytes, total_mb: megabytes }).optional(),
  /** `process_mb`: what its process has in memory (RSS). `free_mb`: what programs can have still. */
  memory: z.looseObject({ process_mb: megabytes, free_mb: megabytes, total_mb: megabytes }).optional(),
  /** Mean of a minute; as many as there are `cores` are at work all the time. */
  load: z.number().min(0).optional(),
  cores: z.int().min(1).optional(),
  /** Of the processor, Cel. */
  temperature: z.number().min(-100).max(250).optional(),
  versions: z
    .looseObject({ quantrac: z.string().max(40), node: z.string().max(40), os: z.string().max(200) })
    .optional(),
  /** Since the machine was started. */
  uptime_s: z.number().min(0).optional(),
});
export type SystemHealth = z.infer<typeof systemSchema>;

/** `{edge}/status`, retained; the last will says offline. Fields beyond `online` are for people. */
export const edgeStatusSchema = z.looseObject({
  online: z.boolean(),
  at: at.optional(),
  /** How long its process runs, whatever its clock shows: what was due before it began was never read. */
  uptime_s: z.number().min(0).optional(),
  waiting: z.strictObject({ alarms: z.int(), live: z.int(), backlog: z.int() }).optional(),
  /** Readings that went into means because the outbox was full, less these means; since it was made. */
  thinned: z.int().optional(),
  /** Readings dropped because the outbox was full or its disk is bad, since it was made. */
  dropped: z.int().optional(),
  outbox: z
    .looseObject({
      megabytes: z.number(),
      of_megabytes: z.number(),
      /** How long the line may be down at the rate of the last hour before readings are thinned; null: nothing comes. */
      holds_hours: z.number().nullable(),
      /** What its disk refuses and why, absent while it works: what comes now waits in memory, and a power cut takes it. */
      refuses: z.string().max(MOST_REASON).optional(),
    })
    .optional(),
  /** Whether the times of its readings can be believed. */
  clock: z
    .looseObject({
      trusted: z.boolean(),
      /** Why it is not, or what else is to be known about it. */
      reason: z.string().max(MOST_REASON).nullable(),
      /** Who keeps it right, as far as the system tells. */
      source: z.string().max(40).optional(),
      /** Readings that wait for time (they are among `waiting.backlog`), and for how many seconds the oldest has. */
      held: z.int().min(0).optional(),
      held_s: z.number().min(0).optional(),
    })
    .optional(),
  /** Stations at which limits of the centre are in force, which version of them, and since when. */
  limits: z
    .array(z.strictObject({ station: nameSchema, version: z.int().min(1), since: at }))
    .max(500)
    .optional(),
  /** What the sensors of fire posts say together. */
  fire: z
    .array(
      z.strictObject({
        station: nameSchema,
        /** 0 none, 1 suspected, 2 alarm; null: nobody can say, since sensors are silent or nothing is decided yet. */
        level: z.literal([0, 1, 2]).nullable(),
        text: textSchema,
        no_data: z.array(parameterSchema).max(20),
        /** Their signal against what is normal at the place is off: it is not known yet. */
        learning: z.array(parameterSchema).max(20),
        /** After rain this post alone does not alarm. */
        rain: z.boolean(),
      }),
    )
    .max(500)
    .optional(),
  sirens: z
    .array(
      z.strictObject({
        station: nameSchema,
        siren: nameSchema,
        /** Whether it is to sound. */
        wanted: z.boolean(),
        /** Its coil was read back so. */
        confirmed: z.boolean(),
        error: z.string().max(MOST_REASON).nullable(),
        /** `since` of the centre's call that it sounds for; absent when it sounds for none. */
        called: at.optional(),
      }),
    )
    .max(500)
    .optional(),
  /** The machine that it runs on; what the machine does not tell is absent. */
  system: systemSchema.optional(),
  lines: z
    .array(
      z.strictObject({
        id: nameSchema,
        /** Part of the time since the last status that went into requests. */
        busy: z.number().min(0),
        /** The same as planned from blocks, speed and periods; above 1 the line cannot keep them. */
        planned: z.number().min(0).optional(),
        /** Periods without a reading because the line was busy, since the start. */
        skipped: z.int().min(0).optional(),
        units: z.array(z.strictObject({ instrument: z.string(), error: z.string().nullable() })),
      }),
    )
    .optional(),
});
export type EdgeStatus = z.infer<typeof edgeStatusSchema>;

const count = z.int().min(0);
const hour = at.refine((value) => value % 3_600_000 === 0, 'must be the start of an hour');

/** Why readings that an edge had taken will never come. */
export const LOSSES = ['dropped', 'thinned', 'damaged', 'unwritten'] as const;
export type LossCause = (typeof LOSSES)[number];

/** What waits at the edge of one station in one hour, or in each of several hours on end. */
export const waitingSchema = z.strictObject({
  station: nameSchema,
  hour,
  /** So many hours from `hour` on hold this, each of them; 1 when absent. */
  hours: z.int().min(1).max(100_000).optional(),
  /** The counts are of all these hours together: there was no room to tell each. */
  total: z.literal(true).optional(),
  /** By parameter. A mean counts as the values that it stands for. */
  points: z.record(z.string().max(63), count).optional(),
  /** Readings of which the parameter is not told. */
  others: count.optional(),
});
export type Waiting = z.infer<typeof waitingSchema>;

export const lossSchema = z.strictObject({
  station: nameSchema,
  /** null: the disk has changed what would tell it. */
  parameter: measuredSchema.nullable(),
  hour,
  cause: z.enum(LOSSES),
  readings: z.int().min(1),
});
export type Loss = z.infer<typeof lossSchema>;

/** Bounds of one account. */
export const MOST_WAITING = 10_000;
export const MOST_LOSSES = 200;

/** `{edge}/account`: what becomes of the readings that have not come, for the closed books. */
export const accountSchema = z.strictObject({
  at,
  /** All that waits and is older than the live window; absent when it is not told this time. */
  waiting: z.array(waitingSchema).max(MOST_WAITING).optional(),
  /**
   * What was lost since the report before. Repeated until it is acknowledged: of one outbox file each number counts
   * once, and they ascend.
   */
  lost: z
    .strictObject({
      outbox: z.string().min(1).max(40),
      number: z.int().min(1),
      entries: z.array(lossSchema).min(1).max(MOST_LOSSES),
    })
    .optional(),
});
export type Account = z.infer<typeof accountSchema>;

/** `live/{station}`: accepted live readings, for flows. */
export const liveSchema = z.strictObject({
  station: nameSchema,
  kind: z.enum(STATION_KINDS),
  /** What its inventory says of it, for rules that ask where a station is. */
  area: stationShape.area.optional(),
  latitude: stationShape.latitude.optional(),
  longitude: stationShape.longitude.optional(),
  readings: z.array(
    z.strictObject({
      parameter: parameterSchema,
      unit: z.string(),
      at,
      value: z.number().nullable(),
      flag: z.literal([...FLAGS]),
      reason: z.string().nullable(),
    }),
  ),
});
export type Live = z.infer<typeof liveSchema>;

/** What an alert's key has after its station: what two limits of one station must not share. */
export const limitKey = ({
  parameter,
  name,
}: {
  readonly parameter: string;
  readonly name: string;
}): string => `${parameter}/${name}`;

/** All limits of one station; of two with one key nobody could tell whose alarm it is. */
export const stationLimitsSchema = z
  .array(limitSchema)
  .max(MOST_LIMITS)
  .superRefine((limits, context) => {
    const keys = limits.map(limitKey);
    for (const [index, key] of keys.entries()) {
      if (keys.indexOf(key) === index) continue;
      context.addIssue({ code: 'custom', path: [index, 'name'], message: `${key} is there twice` });
    }
  });

/** `limits/{station}`, retained: the limits in force at a station, as an operator has set them. */
export const limitsSchema = z.strictObject({
  /** Counts the changes of this station's limits, from 1. */
  version: z.int().min(1),
  /** When it was set, epoch ms. */
  at,
  limits: stationLimitsSchema,
});
export type LimitsMessage = z.infer<typeof limitsSchema>;

/** So long one call of the centre sounds a siren at most, in ms: a centre that is dead must not leave it howling. */
export const MOST_CALL_MS = 600_000;

/** `sirens/{station}`, retained: whether the sirens of a station are to sound for the centre, beside what sounds them at the post. */
export const sirenCallSchema = z.discriminatedUnion('on', [
  z.strictObject({ on: z.literal(false) }),
  z
    .strictObject({
      on: z.literal(true),
      /** Id of the alert that it is for. */
      alert: z.string().min(1).max(40),
      /** By the clock of the centre, epoch ms: one call is told from the next by it. */
      since: at,
      /** The edge counts `until - since` from when it hears of the call: its clock may be wrong. */
      until: at,
    })
    .refine(({ since, until }) => until > since && until - since <= MOST_CALL_MS, {
      path: ['until'],
      error: `must be after "since", by at most ${MOST_CALL_MS} ms`,
    }),
]);
export type SirenCall = z.infer<typeof sirenCallSchema>;

/** `flows/status`, retained; the last will says offline. */
export const flowsStatusSchema = z.strictObject({
  online: z.boolean(),
  at: at.optional(),
  /** Why no flow runs though the process does. */
  reason: z.string().max(MOST_REASON).optional(),
});
export type FlowsStatus = z.infer<typeof flowsStatusSchema>;
