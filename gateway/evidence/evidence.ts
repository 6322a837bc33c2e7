/**
 * Keeps what proves readings: the payloads of edges that chain, as they came, and their signed heads. A payload is on disk
 * before its PUBACK, beside the store and at the same time.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../devices/kit/log.ts';
import { linkOf } from '../../devices/kit/seal.ts';
import type { Seal } from '../../devices/wire/seal.ts';
import { decodeSenml } from '../../devices/wire/senml.ts';
import type { Break } from './arrival.ts';
import type { Line } from './lines.ts';
import type { EvidenceQuery, Plan } from './query.ts';
import { EVIDENCE_FILE } from './schema.ts';
import { startThread, type Thread } from './thread.ts';
import type { Methods } from './thread-messages.ts';

const FIRST_RETRY_MS = 250;
const MOST_RETRY_MS = 10_000;

export interface Arrived {
  readonly edge: string;
  readonly station: string;
  readonly payload: Uint8Array;
}

export interface Evidence {
  /** Days for which it is kept, as the readings. */
  readonly keepDays: number;
  /**
   * Returns when it is on disk; throws when the gateway stops before that. Null when there is nothing to keep: a device that
   * does not chain. Called in the order of arrival.
   */
  keep(arrived: Arrived, at: number): Promise<void> | null;
  /** What of it was not stored: SenML, or the whole payload. Returns when that is on disk. */
  refused(arrived: Arrived, at: number, payload: string): Promise<void>;
  /** Returns when it is on disk, or why it is refused, in a sentence. */
  seal(edge: string, seal: Seal): Promise<string | undefined>;
  /** Why nothing can be kept now, so that chained edges wait for their PUBACK; null when all is well. */
  trouble(): string | null;
  plan(query: EvidenceQuery): Promise<Plan>;
  block(id: number, station: string): Promise<readonly Line[]>;
  stop(): Promise<void>;
}

export interface EvidenceParts {
  readonly dataDir: string;
  readonly keepDays: number;
  readonly now: () => number;
  readonly log: Logger;
  /** The key that came with the enrolment of an edge, and when: no other may sign its heads. Undefined: it was never enrolled. */
  enrolledKey(edge: string): { readonly key: string; readonly since: number } | undefined;
  /** Something came that does not belong where it came in. */
  onBreak(): void;
}

interface Group {
  readonly heads: { edge: string; seal: Seal; at: number }[];
  readonly batches: { arrived: Arrived; at: number }[];
  readonly done: PromiseWithResolvers<Methods['take'][1]>;
}

export async function openEvidence(parts: EvidenceParts): Promise<Evidence> {
  const { now, log } = parts;
  const stopping = new AbortController();
  let thread: Promise<Thread> | null = null;
  /** The one that is there, or a new one after its end. */
  const current = (): Promise<Thread> => {
    if (stopping.signal.aborted) return Promise.reject(new Error('the gateway stops'));
    if (thread !== null) return thread;
    const started = startThread({ dataDir: parts.dataDir, keepDays: parts.keepDays }, log, () => {
      if (thread === started) thread = null;
    });
    // One that cannot be opened is tried again.
    started.catch(() => {
      if (thread === started) thread = null;
    });
    thread = started;
    return started;
  };
  // Where no edge has ever chained there is no file, and no thread until one does.
  const isThere = existsSync(join(parts.dataDir, EVIDENCE_FILE));
  const chained = new Set(isThere ? await (await current()).ask('edges', null) : []);
  const tell = createTelling(log, parts.onBreak);
  /** By edge: the key of its enrolment, as far as the file has it. */
  const pinned = new Map<string, string>();
  let next = newGroup();
  let running: Promise<void> | null = null;
  let trouble: string | null = null;

  const isEmpty = ({ heads, batches }: Group): boolean => heads.length + batches.length === 0;

  /** However long that takes: nothing of it is acknowledged meanwhile. */
  const commit = async (group: Group): Promise<void> => {
    for (let pause = FIRST_RETRY_MS; ; pause = Math.min(2 * pause, MOST_RETRY_MS)) {
      try {
        const message = packed(group);
        const answer = await (await current()).ask('take', message, [message.payloads]);
        trouble = null;
        answer.breaks.forEach(tell);
        return group.done.resolve(answer);
      } catch (err) {
        trouble = err instanceof Error ? err.message : String(err);
        if (!stopping.signal.aborted)
          log.error(
            { err, batches: group.batches.length },
            'evidence cannot be kept, nothing is acknowledged',
          );
      }
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted)
        return group.done.reject(new Error('the gateway stops before this could be kept'));
    }
  };
  const run = async (): Promise<void> => {
    while (!isEmpty(next)) {
      const group = next;
      next = newGroup();
      await commit(group);
    }
    running = null;
  };
  /** In the next turn of the event loop, so that all packets which this one brings share a commit. */
  const soon = (): Group['done']['promise'] => {
    if (stopping.signal.aborted) return Promise.reject(new Error('the gateway stops'));
    running ??= new Promise<void>((done) => setImmediate(done)).then(run);
    return next.done.promise;
  };

  return {
    keepDays: parts.keepDays,
    keep(arrived, at) {
      if (!chained.has(arrived.edge) && linkOf(arrived.payload) === null) return null;
      next.batches.push({ arrived, at });
      return soon().then(() => {});
    },
    async refused({ edge, station, payload }, at, refused) {
      const link = linkOf(payload);
      if (link === null) return;
      const decoded = decodeSenml(refused, station, at);
      const readings =
        decoded.kind === 'records' ? decoded.readings.map((one) => [one.parameter, one.at] as const) : [];
      const { qc: chain, qn: number } = link;
      await (await current()).ask('refused', { edge, chain, number, receivedAt: at, readings });
    },
    async seal(edge, seal) {
      const enrolled = parts.enrolledKey(edge);
      if (enrolled !== undefined && pinned.get(edge) !== enrolled.key) {
        await (await current()).ask('pin', { edge, key: enrolled.key, at: enrolled.since });
        pinned.set(edge, enrolled.key);
      }
      const place = next.heads.push({ edge, seal, at: now() }) - 1;
      const { faults } = await soon();
      const fault = faults[place] ?? null;
      if (fault === null) chained.add(edge);
      else log.warn({ edge, reason: fault }, 'a signed head is refused');
      return fault ?? undefined;
    },
    trouble: () => trouble,
    plan: async (query) => (await current()).ask('plan', query),
    block: async (id, station) => (await current()).ask('block', { id, station }),
    async stop() {
      const last = thread;
      stopping.abort();
      await running;
      await (await last?.catch(() => null))?.close();
    },
  };
}

function newGroup(): Group {
  const done = Promise.withResolvers<Methods['take'][1]>();
  // Nobody may wait for it any more when it fails.
  done.promise.catch(() => {});
  return { heads: [], batches: [], done };
}

function packed({ heads, batches }: Group): Methods['take'][0] {
  const length = batches.reduce((sum, { arrived }) => sum + arrived.payload.length, 0);
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const { arrived } of batches) {
    bytes.set(arrived.payload, offset);
    offset += arrived.payload.length;
  }
  return {
    heads,
    batches: batches.map(({ arrived: { edge, station, payload }, at }) => ({
      edge,
      station,
      receivedAt: at,
      length: payload.length,
    })),
    payloads: bytes.buffer,
  };
}

/** Edges whose faults are told at most once an hour each. */
const MOST_TOLD = 1000;
const AGAIN_MS = 3_600_000;

function createTelling(log: Logger, onBreak: () => void): (broken: Break) => void {
  const told = new Map<string, number>();
  return ({ edge, station, reason }) => {
    onBreak();
    // Numbers differ from batch to batch.
    const key = JSON.stringify([edge, reason.replace(/\d+|chain \S+/g, '')]);
    const at = performance.now();
    if (at - (told.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    if (told.size >= MOST_TOLD) told.clear();
    told.set(key, at);
    log.error({ edge, station, reason }, 'what an edge has sent is not what it chains');
  };
}
