/** Keeps a connection to the broker, one session after the other, and drains the outbox through it. */
import type { Logger } from '../devices/kit/log.ts';
import type { EdgeTopic } from '../devices/wire/topics.ts';
import { type Backoff, backoffMs, jittered } from './backoff.ts';
import type { Outbox } from './outbox.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';

export interface UplinkOptions extends Omit<SessionOptions, 'outbox' | 'onReady'> {
  /** A connection works. */
  readonly onReady?: () => void;
  readonly outbox: Pick<Outbox, 'take' | 'remove' | 'release'>;
  readonly reconnect: Backoff;
  readonly random: () => number;
  readonly log: Logger;
}

export interface Uplink {
  /** There is something new in the outbox. */
  wake(): void;
  /** There is an alarm in it: what is left of the pause between two connections is cut short. */
  hurry(): void;
  /** The status has something that cannot wait for its time. */
  tellStatus(): void;
  /** Publishes what an edge says of itself; false when it was not acknowledged. */
  tell(kind: EdgeTopic, payload: string): Promise<boolean>;
  /** Drains for at most so long, says goodbye, returns when nothing more will happen. */
  stop(drainMs: number): Promise<void>;
}

/** A login that was refused stays so until a person changes something. */
const REFUSED_MS = 60_000;

/** A connection that lived so long was a good one, be it that there was nothing to deliver. */
const STABLE_MS = 30_000;

/** A pause that is cut short lasts so long all the same, or half: many alarms must not make a storm of connections. */
const LEAST_PAUSE_MS = 3000;

export function startUplink(options: UplinkOptions): Uplink {
  const { clock, log, outbox } = options;
  // The address could carry a password.
  const broker = new URL(options.url).host;
  const stopping = new AbortController();
  let session: Session | null = null;
  let failures = 0;
  /** An alarm has come: aborted, the pause is over. */
  let hurried = new AbortController();
  /** What the log has said last, so that it says everything once. */
  let told = '';

  function tell(level: 'info' | 'warn' | 'error', fields: object, message: string): void {
    const key = JSON.stringify([message, fields]);
    if (key === told) return;
    told = key;
    log[level]({ broker, ...fields }, message);
  }

  async function pause(ms: number): Promise<void> {
    const least = Math.min(ms, jittered(LEAST_PAUSE_MS, options.random));
    await clock.sleep(least, stopping.signal);
    await clock.sleep(ms - least, AbortSignal.any([stopping.signal, hurried.signal]));
    if (!hurried.signal.aborted) return;
    hurried = new AbortController();
    // If the line is still down, the next pauses are short too.
    failures = 0;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const started = clock.ticks();
      let delivered = false;
      session = openSession({
        ...options,
        outbox: {
          take: outbox.take,
          remove(id) {
            delivered = true;
            outbox.remove(id);
          },
        },
        onReady() {
          tell('info', {}, 'uplink works');
          options.onReady?.();
        },
      });
      const ending = await session.ended;
      session = null;
      outbox.release();
      if (stopping.signal.aborted) return;
      const worked = delivered || clock.ticks() - started > STABLE_MS;
      failures = worked ? 1 : failures + 1;
      const { reason } = ending;
      if (ending.kind === 'refused') {
        tell(
          'error',
          { reason },
          'login refused by the broker: check the account, and uplink.password or the enrolment of this edge',
        );
        await clock.sleep(jittered(REFUSED_MS, options.random), stopping.signal);
      } else {
        tell('warn', { reason }, 'uplink lost, readings wait in the outbox');
        await pause(jittered(backoffMs(options.reconnect, failures), options.random));
      }
    }
  }

  const running = run();
  return {
    wake: () => session?.wake(),
    hurry: () => hurried.abort(),
    tellStatus: () => session?.tellStatus(),
    tell: async (kind, payload) => (await session?.tell(kind, payload)) ?? false,
    async stop(drainMs) {
      stopping.abort();
      await session?.leave(drainMs);
      await running;
    },
  };
}
