/** Joins what tells the feed by itself: hours of stations, the heartbeat, and how long records are kept. */
import type { Logger } from '../../devices/kit/log.ts';
import type { GatewaySettings } from '../settings.ts';
import { startFeedRetention } from './feed-retention.ts';
import { createHeartbeat, type HeartbeatParts } from './heartbeat.ts';
import { createHourlyRecords, type HourlyParts, type HourlyRecords } from './observations.ts';

export type FeedRecordParts = HeartbeatParts &
  Omit<HourlyParts, 'delayMs'> &
  Pick<Parameters<typeof startFeedRetention>[0], 'feed'> & {
    readonly settings: GatewaySettings['ioc'];
    readonly log: Logger;
  };

export interface FeedRecords extends Pick<HourlyRecords, 'deriving' | 'stored'> {
  /** What was added before is told from then on. */
  start(): { stop(): Promise<void> };
}

export function createFeedRecords(parts: FeedRecordParts): FeedRecords {
  const { settings, feed, now, log } = parts;
  const heartbeat = createHeartbeat(parts);
  const hourly = createHourlyRecords({ ...parts, delayMs: settings.observations_delay_s * 1000 });
  return {
    deriving: hourly.deriving,
    stored(readings) {
      hourly.stored(readings);
      heartbeat.stored(readings.length);
    },
    start() {
      const hours = hourly.start();
      const beats = heartbeat.start(settings.heartbeat_s * 1000, log);
      const retention = startFeedRetention({ feed, keepDays: settings.keep_days, now, log });
      return {
        async stop() {
          retention.stop();
          beats.stop();
          await hours.stop();
        },
      };
    },
  };
}
