/**
 * Chains the batches of readings as they are sent, and signs how far the centre has acknowledged them. It stands between
 * outbox and uplink; what it holds is a hash for each batch that is under way.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from '../devices/kit/log.ts';
import { batchHash, digestOf, sealHead, withLink } from '../devices/kit/seal.ts';
import { writeWhole } from '../devices/kit/whole-file.ts';
import { type ChainState, chainStateSchema, NO_HASH } from '../devices/wire/seal.ts';
import { openSealKey } from './chain-key.ts';
import { type Clock, every } from './clock.ts';
import type { Batch, Outbox } from './outbox.ts';
import { readKept } from './state-file.ts';

/** Between two heads: what came after the newest one is not proved yet. */
const HEAD_EVERY_MS = 60_000;
const HEAD_EVERY_BATCHES = 500;

export interface Chain {
  /** What the uplink drains. */
  readonly outbox: Pick<Outbox, 'take' | 'remove' | 'release'>;
  /** The payload with its link; an alarm as it is. */
  seal(batch: Batch): string;
  /** A connection works and has sent no batch yet: the head that opens its chain goes before them. */
  ready(): void;
  /** The last head before a goodbye. */
  parting(): string;
  stop(): void;
}

export interface ChainParts {
  readonly dataDir: string;
  readonly outbox: Pick<Outbox, 'take' | 'remove' | 'release'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Publishes a head; false when it was not acknowledged. */
  tell(head: string): Promise<boolean>;
}

interface Sent {
  readonly number: number;
  readonly hash: string;
}

export function openChain({ dataDir, outbox, clock, log, tell }: ChainParts): Chain {
  const key = openSealKey(dataDir, log);
  const file = join(dataDir, 'seal-state.json');
  let follows: ChainState | null = readKept(
    file,
    chainStateSchema,
    log,
    'where the chain of batches ended is not known: a new one begins',
  );
  const stopping = new AbortController();
  let chain = newName();
  let last: Sent = { number: 0, hash: NO_HASH };
  let acknowledged = last;
  /** The number that the file has, and the one that the centre knows of by a head. */
  let written = follows === null ? -1 : 0;
  let told = -1;
  /** The connection on which a head is without PUBACK: on one that is lost nothing more is heard of it. */
  let telling: number | null = null;
  let connection = 0;
  /** Without PUBACK, by the outbox's id. */
  const underWay = new Map<number, Sent>();

  const state = (): ChainState => ({
    chain,
    ...acknowledged,
    open: [...underWay.values()].map(({ number }) => number).filter((number) => number < acknowledged.number),
  });

  function write(now: ChainState): void {
    if (now.number === written) return;
    written = now.number;
    try {
      writeWhole(file, JSON.stringify(now));
    } catch (err) {
      log.warn({ err }, 'where the chain of batches stands is not written down');
    }
  }

  function makeHead(): string {
    const now = state();
    // Of a chain that has nothing yet the file says nothing: after a kill the next one follows the chain before. But for the
    // first: only that one follows none.
    write(now);
    return JSON.stringify(sealHead({ ...now, follows, at: clock.now() }, key));
  }

  function tellHead(): void {
    if (telling === connection || acknowledged.number === told) return;
    const [on, number] = [connection, acknowledged.number];
    telling = on;
    void tell(makeHead()).then((taken) => {
      if (on !== connection) return;
      telling = null;
      if (taken) told = number;
    });
  }

  void every(clock, HEAD_EVERY_MS, stopping.signal, tellHead);

  return {
    outbox: {
      take: outbox.take,
      remove(id) {
        outbox.remove(id);
        const sent = underWay.get(id);
        if (sent === undefined) return;
        underWay.delete(id);
        if (sent.number > acknowledged.number) acknowledged = sent;
        if (acknowledged.number - Math.max(0, told) >= HEAD_EVERY_BATCHES) tellHead();
      },
      release() {
        outbox.release();
        connection++;
        told = -1;
        if (last.number === 0) return;
        follows = state();
        write(follows);
        underWay.clear();
        chain = newName();
        last = { number: 0, hash: NO_HASH };
        acknowledged = last;
        written = 0;
      },
    },
    seal({ id, lane, payload }) {
      if (lane === 'alarms') return payload;
      const number = last.number + 1;
      const sealed = withLink(payload, { qc: chain, qn: number, qp: last.hash });
      last = { number, hash: batchHash(last.hash, digestOf(sealed)) };
      underWay.set(id, last);
      return sealed;
    },
    ready: tellHead,
    parting: makeHead,
    stop: () => stopping.abort(),
  };
}

/** 66 bits, so that nobody guesses it. */
const newName = (): string => randomBytes(9).toString('base64url').slice(0, 11);
