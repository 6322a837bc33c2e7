/** Settings of the feed: fields of `ioc:` in the gateway's file. */
import { z } from 'zod';

export const feedSettingsShape = {
  /** A record so often that says that all is well: who hears none for two of them knows that something is wrong. */
  heartbeat_s: z.number().min(5).max(3600).default(60),
  /** How long after its end an hour is told. After what is derived of it (`derive.delay_s`, a minute), with room to spare. */
  observations_delay_s: z.number().min(0).max(3600).default(150),
  /** Days that records are kept, as readings are: whoever was away for so long has missed none. */
  keep_days: z.int().min(1).max(36_500).default(400),
};
