/**
 * The gate between broker and store. A publish is acknowledged when `accept` returns: its readings are committed, and
 * what can never be accepted is in quarantine.
 *
 * What arrives while a commit is under way is checked for the next one (group commit), until that is full; further
 * publishes wait as they came, in their clients' turns. So at most two groups of readings are in memory, and the
 * payloads that wait are bounded by the broker's shares.
 */
import type { Logger } from '../devices/kit/log.ts';
import { encodeSenml } from '../devices/wire/senml.ts';
import type { Catalog } from './catalog.ts';
import type { Evidence } from './evidence/evidence.ts';
import { type Checked, checkPublish, type Publish, type Refusal, refusalOf } from './ingest-check.ts';
import { commit } from './ingest-commit.ts';
import { createFairQueue } from './ingest-queue.ts';
import type { Quarantine } from './quarantine.ts';
import type { RefusedReading } from './store/refused.ts';
import type { Store, StoredReading } from './store/store.ts';
import type { UnitLock } from './unit-lock.ts';

/**
 * Readings older than this when they are stored are never judged as live, whatever topic they came on. An edge sends
 * what is older than a minute as backlog; a simple device may gather for some minutes.
 */
const MAX_LIVE_AGE_MS = 5 * 60_000;
/** A group takes no further publish when it has so many readings. */
const GROUP = 50_000;

export interface IngestCounters {
  accepted(readings: number): void;
  quarantined(records: number): void;
}

export interface Outcome {
  readonly stored: number;
  readonly refusal: Refusal | null;
}

export interface Ingest {
  /** Throws only when the publish must not be acknowledged. */
  accept(publish: Publish): Promise<void>;
  /** The same of a payload that arrived earlier, as backlog; what is refused is answered and not quarantined. */
  again(publish: Publish, arrived: number): Promise<Outcome>;
  /** Returns when everything that waits is committed or given up. */
  stop(): Promise<void>;
}

export interface IngestParts {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly units: UnitLock;
  readonly quarantine: Quarantine;
  readonly counters: IngestCounters;
  /** Keeps what proves readings, before the acknowledgement; nobody does when absent. */
  readonly evidence?: Pick<Evidence, 'keep' | 'refused'>;
  readonly now: () => number;
  readonly log: Logger;
  /** Readings of one commit, at least; a publish is not parted. */
  readonly group?: number;
  /** Called after the commit, before the acknowledgement, with the readings that are live. */
  onLive(station: string, readings: readonly StoredReading[]): void;
  /** Called after each commit, before the acknowledgements, with all that was committed; must not throw. */
  onStored?(readings: readonly StoredReading[]): void;
}

interface Waiting {
  readonly publish: Publish;
  readonly arrived: number;
  readonly done: PromiseWithResolvers<Outcome>;
}

interface Group {
  readonly members: { readonly waiting: Waiting; readonly checked: Checked }[];
  readings: StoredReading[];
}

const emptyGroup = (): Group => ({ members: [], readings: [] });

export function createIngest(parts: IngestParts): Ingest {
  const { quarantine, counters, now, log } = parts;
  const full = parts.group ?? GROUP;
  const queue = createFairQueue<Waiting>();
  const stopping = new AbortController();
  let next = emptyGroup();
  let running: Promise<void> | null = null;

  const check = (waiting: Waiting): void => {
    let checked: Checked;
    try {
      checked = checkPublish(parts, waiting.publish, waiting.arrived);
    } catch (error) {
      // A fault of ours costs this publish its acknowledgement and nobody else anything.
      waiting.done.reject(error);
      return;
    }
    if (checked.good.length === 0) {
      waiting.done.resolve({ stored: 0, refusal: checked.whole ?? refusalOf(checked.refused) });
      return;
    }
    next.members.push({ waiting, checked });
    for (const reading of checked.good) next.readings.push(reading);
  };

  const fill = (): void => {
    while (next.readings.length < full) {
      const waiting = queue.next();
      if (waiting === undefined) return;
      check(waiting);
    }
  };

  const run = async (): Promise<void> => {
    for (fill(); next.members.length > 0; fill()) {
      const group = next;
      next = emptyGroup();
      const refused = await commit(parts.store, group.readings, stopping.signal, log);
      if (refused !== null) parts.onStored?.(group.readings);
      for (const member of group.members) {
        if (refused === null) giveUp(member.waiting);
        else member.waiting.done.resolve(outcomeOf(member.waiting, member.checked, refused));
      }
      if (refused === null) for (let item = queue.next(); item; item = queue.next()) giveUp(item);
    }
    running = null;
  };

  const giveUp = ({ done }: Waiting): void =>
    done.reject(new Error('the gateway stops before this could be stored'));

  const outcomeOf = (
    { publish }: Waiting,
    { good, refused }: Checked,
    byStore: readonly RefusedReading[],
  ): Outcome => {
    const reasons = byStore.length === 0 ? null : reasonsOf(good, byStore);
    const stored = reasons === null ? good : good.filter((reading) => !reasons.has(reading));
    if (stored.length > 0) {
      counters.accepted(stored.length);
      const earliest = now() - MAX_LIVE_AGE_MS;
      const live = publish.live ? stored.filter(({ at }) => at >= earliest) : [];
      if (live.length > 0) parts.onLive(publish.station, live);
    }
    const late = [...(reasons ?? [])].map(([reading, reason]) => ({
      reason: `the store refuses it: ${reason}`,
      record: encodeSenml(reading.station, [reading])[0],
    }));
    return { stored: stored.length, refusal: refusalOf([...refused, ...late]) };
  };

  const take = (publish: Publish, arrived: number): Promise<Outcome> => {
    if (stopping.signal.aborted) return Promise.reject(new Error('the gateway stops'));
    const waiting: Waiting = { publish, arrived, done: Promise.withResolvers() };
    if (queue.size() === 0 && next.readings.length < full) check(waiting);
    else queue.add(publish.edge, publish.live, waiting);
    // In the next turn of the event loop, so that all packets which this one brings share a commit.
    if (next.members.length > 0) running ??= new Promise<void>((done) => setImmediate(done)).then(run);
    return waiting.done.promise;
  };

  return {
    async accept(publish) {
      const arrived = now();
      // At once and in the order of arrival, while readings may wait for their turn.
      const kept = parts.evidence?.keep(publish, arrived);
      const [{ refusal }] = await Promise.all([take(publish, arrived), kept]);
      if (refusal === null) return;
      if (kept) await parts.evidence?.refused(publish, arrived, refusal.payload);
      await quarantine.add({ client: publish.edge, topic: publish.topic, ...refusal });
      counters.quarantined(refusal.records);
    },
    again: (publish, arrived) => take({ ...publish, live: false }, arrived),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** The store's reasons by the readings of one publish; a store that works elsewhere answers copies of them. */
function reasonsOf(
  good: readonly StoredReading[],
  refused: readonly RefusedReading[],
): Map<StoredReading, string> {
  const key = ({ station, parameter, at }: StoredReading) => JSON.stringify([station, parameter, at]);
  const reasons = new Map(refused.map(({ reading, reason }) => [key(reading), reason]));
  return new Map(
    good.flatMap((reading) => {
      const reason = reasons.get(key(reading));
      return reason === undefined ? [] : [[reading, reason] as const];
    }),
  );
}
