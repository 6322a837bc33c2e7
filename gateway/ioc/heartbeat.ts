/** The heartbeat of the feed: with it "nothing happened" can be told from a fault. */
import type { Logger } from '../../devices/kit/log.ts';
import { LEVELS } from '../../devices/limit.ts';
import type { AlertBook } from '../alerts/book.ts';
import type { Audit } from '../audit/audit.ts';
import type { Catalog } from '../catalog.ts';
import type { Feed } from './feed.ts';
import type { StatusRecords } from './status.ts';

export interface HeartbeatParts {
  readonly feed: Pick<Feed, 'append' | 'newest'>;
  readonly catalog: Pick<Catalog, 'all' | 'edges'>;
  readonly alerts: Pick<AlertBook, 'open'>;
  readonly status: Pick<StatusRecords, 'reporting'>;
  readonly audit: Pick<Audit, 'head'>;
  readonly now: () => number;
}

export interface Heartbeat {
  /** So many readings were stored. */
  stored(readings: number): void;
  /** Tells what there was since the one before, or since the start. */
  beat(): void;
  start(everyMs: number, log: Logger): { stop(): void };
}

export function createHeartbeat({ feed, catalog, alerts, status, audit, now }: HeartbeatParts): Heartbeat {
  let since = now();
  let lastNumber = feed.newest();
  let readings = 0;

  const heartbeat: Heartbeat = {
    stored(count) {
      readings += count;
    },
    beat() {
      const edges = catalog.edges();
      const at = now();
      const levels = alerts.open().map(({ level }) => level);
      const number = feed.append({
        kind: 'heartbeat',
        heartbeat: {
          since,
          records: feed.newest() - lastNumber,
          readings,
          stations: catalog.all().length,
          stations_reporting: status.reporting(),
          edges: edges.length,
          edges_online: edges.filter((edge) => edge.status.online).length,
          open_alerts: Object.fromEntries(
            LEVELS.map((level) => [level, levels.filter((one) => one === level).length]),
          ) as Record<(typeof LEVELS)[number], number>,
          audit: audit.head(),
        },
      });
      // Only what is written is told: when the disk refused, the next one tells it.
      since = at;
      lastNumber = number;
      readings = 0;
    },
    start(everyMs, log) {
      const timer = setInterval(() => {
        try {
          heartbeat.beat();
        } catch (err) {
          log.error(
            { err },
            'the heartbeat of the feed cannot be written, the next one tells what it would have',
          );
        }
      }, everyMs);
      return { stop: () => clearInterval(timer) };
    },
  };
  return heartbeat;
}
