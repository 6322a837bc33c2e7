/** The rehearsals of a gateway: a few at a time, their results in memory until newer ones take their place. */
import { UserFault } from '../../devices/kit/fault.ts';
import type { Logger } from '../../devices/kit/log.ts';
import type { Limit } from '../../devices/limit.ts';
import { DAY_MS } from '../../devices/local-time.ts';
import type { RehearsalAnswer } from '../../devices/wire/rehearsal.ts';
import type { AlertSettings } from '../alerts/settings.ts';
import type { Catalog, KnownStation } from '../catalog.ts';
import { rehearse } from './rehearse.ts';
import { type ReadingStores, storedReadings } from './stored-readings.ts';
import { presentRule, type ReadyRule, readyRule, together, type WantedRule } from './wanted.ts';

/** Each takes what time the gateway has left. */
const MOST_RUNNING = 2;
const MOST_KEPT = 20;
export const MOST_STATIONS = 50;
export const MOST_DAYS = 366;

export interface RehearsalOrder {
  readonly by: string;
  readonly stations: readonly string[];
  /** from ≤ at < to, epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly rule: WantedRule;
  /** The stations that whoever orders it may know. */
  readonly catalog: Pick<Catalog, 'get'>;
}

/** Why an order is not taken: it is wrong, or too many are running. */
export interface Refused {
  readonly refused: 'wrong' | 'busy';
  readonly detail: string;
}

export interface Rehearsals {
  /** It runs on its own. */
  start(order: RehearsalOrder): RehearsalAnswer | Refused;
  get(id: number): RehearsalAnswer | null;
  stop(): Promise<void>;
}

export interface RehearsalsParts extends ReadingStores {
  readonly limitsInForce: (station: KnownStation) => readonly Limit[];
  readonly settings: AlertSettings;
  readonly now: () => number;
  readonly log: Logger;
}

export function createRehearsals(parts: RehearsalsParts): Rehearsals {
  const { limitsInForce, settings, now, log } = parts;
  const kept = new Map<number, RehearsalAnswer>();
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  let lastId = 0;

  const run = async (
    id: number,
    stations: readonly KnownStation[],
    tried: ReadyRule,
    present: ReadyRule,
  ): Promise<void> => {
    const change = (fields: Partial<RehearsalAnswer>): void => {
      const before = kept.get(id);
      if (before !== undefined) kept.set(id, { ...before, ...fields });
    };
    const { from, to } = kept.get(id) as RehearsalAnswer;
    try {
      const outcomes = await rehearse({
        stations,
        from,
        to,
        rehearsed: tried.rule,
        present: present.rule,
        settings,
        readings: storedReadings(parts, together(tried.series, present.series), from, to),
        signal: stopping.signal,
        onProgress: (at, readings) => change({ progress: Math.min(1, (at - from) / (to - from)), readings }),
      });
      change({ ...outcomes, state: 'done', ended_at: now() });
    } catch (error) {
      const isUsers = error instanceof UserFault;
      if (!isUsers && !stopping.signal.aborted)
        log.error({ err: error, rehearsal: id }, 'a rehearsal failed');
      const fault = isUsers ? error.message : 'the gateway failed at this; its log says why';
      change({ state: 'failed', ended_at: now(), fault });
    }
  };

  return {
    start({ by, stations: ids, from, to, rule, catalog }) {
      const wrong = (detail: string): Refused => ({ refused: 'wrong', detail });
      if (from >= to) return wrong('from: must be before to');
      if (to - from > MOST_DAYS * DAY_MS) return wrong(`from: at most ${MOST_DAYS} days before to`);
      if (to > now()) return wrong('to: must not be later than now');
      const stations: KnownStation[] = [];
      for (const [index, id] of ids.entries()) {
        const station = catalog.get(id);
        if (station === undefined) return wrong(`stations/${index}: there is no station "${id}"`);
        if (stations.includes(station)) return wrong(`stations/${index}: "${id}" is there twice`);
        stations.push(station);
      }
      const tried = readyRule(rule, stations, limitsInForce);
      if (typeof tried === 'string') return wrong(`rule/${tried}`);
      if (running.size >= MOST_RUNNING)
        return {
          refused: 'busy',
          detail: `${MOST_RUNNING} rehearsals are running: try again when one has ended`,
        };
      const id = ++lastId;
      const answer: RehearsalAnswer = {
        ...{ id: String(id), state: 'running', by, started_at: now(), ended_at: null },
        ...{ stations: [...ids], from, to, progress: 0, readings: 0, fault: null },
        ...{ rehearsed: null, present: null, left_out: [...tried.leftOut] },
      };
      kept.set(id, answer);
      const done = run(id, stations, tried, presentRule(stations, limitsInForce)).finally(() => {
        running.delete(done);
        // Those that run are the newest.
        for (const old of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(old);
      });
      running.add(done);
      return answer;
    },
    get: (id) => kept.get(id) ?? null,
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}
