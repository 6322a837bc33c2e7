/** Whether people can be told: how each channel is, and what becomes of the messages. */
import type { Ledger } from '../ledger.ts';
import { type Channel, Undeliverable } from './channel.ts';

export interface Condition {
  /** By kind, in words without anybody's address; null: it works. A channel that has not sent anything is not there. */
  faults(): ReadonlyMap<string, string | null>;
  /** Open ones that wait, and of the last 24 hours those that ended so. */
  messages(): Readonly<Record<'waiting' | 'sent' | 'failed' | 'unknown', number>>;
}

export interface WatchedChannels {
  /** The same channels. */
  readonly byKind: ReadonlyMap<string, Channel>;
  readonly faults: Condition['faults'];
}

const DAY_MS = 86_400_000;

/** Remembers whether the last message of each was taken; a modem says by itself whether it is ready. */
export function watchChannels(channels: ReadonlyMap<string, Channel>): WatchedChannels {
  const last = new Map<string, string | null>();
  const watched = (kind: string, channel: Channel): Channel => ({
    ...channel,
    async send(...args) {
      try {
        await channel.send(...args);
        last.set(kind, null);
      } catch (error) {
        // That is the fault of an address.
        if (!(error instanceof Undeliverable)) last.set(kind, 'the last message was not taken');
        throw error;
      }
    },
  });
  return {
    byKind: new Map([...channels].map(([kind, channel]) => [kind, watched(kind, channel)])),
    faults: () =>
      new Map(
        [...channels].flatMap(([kind, { fault }]): [string, string | null][] => {
          const said = fault?.() ?? last.get(kind);
          return said === undefined && fault === undefined ? [] : [[kind, said ?? null]];
        }),
      ),
  };
}

export function createCondition({ db }: Ledger, faults: Condition['faults'], now: () => number): Condition {
  const countOpen = db.prepare(
    "SELECT count(*) AS count FROM notice_message WHERE state IN ('waiting', 'sending')",
  );
  const countEnded = db.prepare(
    'SELECT state, count(*) AS count FROM notice_message WHERE ended_at > ? GROUP BY state',
  );
  return {
    faults,
    messages() {
      const ended = new Map(
        countEnded.all(now() - DAY_MS).map(({ state, count }) => [String(state), Number(count)]),
      );
      return {
        waiting: Number(countOpen.get()?.count),
        sent: ended.get('sent') ?? 0,
        failed: ended.get('failed') ?? 0,
        unknown: ended.get('unknown') ?? 0,
      };
    },
  };
}

/** For the health of the gateway. */
export function conditionDetail({ faults, messages }: Condition): string {
  const { waiting, failed, unknown } = messages();
  const words = [...faults()].flatMap(([kind, fault]) => (fault === null ? [] : [`${kind}: ${fault}`]));
  if (waiting > 0) words.push(`${waiting} messages wait`);
  if (failed + unknown > 0)
    words.push(`in the last 24 hours ${failed} messages failed and of ${unknown} nobody knows`);
  return words.length === 0 ? 'nothing failed in the last 24 hours' : words.join('; ');
}
