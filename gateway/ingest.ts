/**
 * The gate between broker and store. A publish is acknowledged when `accept` returns: its readings are committed, or
 * it was put in quarantine. What arrives while a commit is under way goes into the next one (group commit).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../devices/kit/log.ts';
import { decodeSenml } from '../devices/wire/senml.ts';
import type { Catalog } from './catalog.ts';
import type { Quarantine } from './quarantine.ts';
import type { Store, StoredReading } from './store/store.ts';

/** A time further ahead than this cannot be true. */
export const MAX_AHEAD_MS = 5 * 60_000;
/**
 * Readings older than this on arrival are stored and never judged as live, whatever topic they came on. An edge sends
 * what is older than a minute as backlog; a simple device may gather for some minutes.
 */
const MAX_LIVE_AGE_MS = 5 * 60_000;
/** Readings that may wait for a commit; beyond it a publish is refused, and its client sends it again later. */
const MAX_WAITING = 500_000;
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 10_000;

export interface Publish {
  /** The account that published, which is also the edge of the topic. */
  readonly edge: string;
  readonly station: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  /** False for backlog: stored, never judged as live. */
  readonly live: boolean;
}

export interface IngestCounters {
  accepted(readings: number): void;
  quarantined(records: number): void;
}

export interface Ingest {
  /** Throws only when the publish must not be acknowledged. */
  accept(publish: Publish): Promise<void>;
  /** Returns when everything that waits is committed or given up. */
  stop(): Promise<void>;
}

export interface IngestParts {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly quarantine: Quarantine;
  readonly counters: IngestCounters;
  readonly now: () => number;
  readonly log: Logger;
  /** Called after the commit, before the acknowledgement, with the readings that are live. */
  onLive(station: string, readings: readonly StoredReading[]): void;
}

export function createIngest(parts: IngestParts): Ingest {
  const { catalog, quarantine, counters, now } = parts;
  const committer = createCommitter(parts.store, parts.log);

  const refuse = (publish: Publish, reason: string, records: number, payload: string): void => {
    quarantine.add({ client: publish.edge, topic: publish.topic, reason, records, payload });
    counters.quarantined(records);
  };

  const accept = async (publish: Publish): Promise<void> => {
    const { edge, station: id, payload } = publish;
    const text = () => Buffer.from(payload).toString('utf8');
    const station = catalog.get(id);
    if (station?.edge !== edge) {
      refuse(publish, `unknown station "${id}": ${edge} has not announced it in its inventory`, 1, text());
      return;
    }
    const arrived = now();
    const decoded = decodeSenml(payload, id, arrived);
    if (decoded.kind === 'payload-refused') {
      refuse(publish, decoded.reason, 1, text());
      return;
    }
    const good: StoredReading[] = [];
    const refused = [...decoded.refused];
    for (const reading of decoded.readings) {
      const stored = { ...reading, receivedAt: arrived };
      if (!station.parameterIds.has(reading.parameter)) {
        refused.push({
          reason: `unknown parameter "${reading.parameter}": not in the station's inventory`,
          record: reading,
        });
      } else if (reading.at > arrived + MAX_AHEAD_MS) {
        refused.push({ reason: 'time is more than 5 minutes ahead', record: reading });
      } else {
        good.push(stored);
      }
    }
    const [first] = refused;
    if (first) {
      const more = refused.length > 1 ? ` (and ${refused.length - 1} more records)` : '';
      refuse(
        publish,
        `${first.reason}${more}`,
        refused.length,
        JSON.stringify(refused.map(({ record }) => record)),
      );
    }
    if (good.length === 0) return;
    await committer.commit(good);
    counters.accepted(good.length);
    const live = publish.live ? good.filter(({ at }) => at >= arrived - MAX_LIVE_AGE_MS) : [];
    if (live.length > 0) parts.onLive(id, live);
  };

  return { accept, stop: committer.stop };
}

interface Waiting {
  readonly readings: readonly StoredReading[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Group commit. A batch that the store refuses is tried again, with growing pauses, until it is in: meanwhile nothing
 * is acknowledged and the clients hold their data.
 */
function createCommitter(store: Store, log: Logger) {
  let waiting: Waiting[] = [];
  let waitingReadings = 0;
  let running: Promise<void> | null = null;
  const stopping = new AbortController();

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      waitingReadings = 0;
      const stored = await persist(group.flatMap(({ readings }) => readings));
      for (const item of group) {
        if (stored) item.resolve();
        else item.reject(new Error('the gateway stops before this could be stored'));
      }
    }
    running = null;
  };

  const persist = async (readings: StoredReading[]): Promise<boolean> => {
    for (let pause = FIRST_RETRY_MS; ; pause = Math.min(2 * pause, MAX_RETRY_MS)) {
      try {
        await store.append(readings);
        return true;
      } catch (err) {
        log.error(
          { err, readings: readings.length, retryInMs: pause },
          'store refuses readings, nothing is acknowledged',
        );
      }
      if (stopping.signal.aborted) return false;
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };

  return {
    commit(readings: readonly StoredReading[]): Promise<void> {
      if (waitingReadings + readings.length > MAX_WAITING) {
        return Promise.reject(new Error('too many readings wait for the store'));
      }
      waitingReadings += readings.length;
      return new Promise((resolve, reject) => {
        waiting.push({ readings, resolve, reject });
        // In the next turn of the event loop, so that all packets which this one brings share a commit.
        running ??= new Promise<void>((done) => setImmediate(done)).then(run);
      });
    },
    async stop(): Promise<void> {
      stopping.abort();
      await running;
    },
  };
}
