/** Keeps a connection to the broker, one session after the other, and drains the outbox through it. */
import type { Logger } from '../devices/kit/log.ts';
import { type Backoff, backoffMs, jittered } from './backoff.ts';
import type { Outbox } from './outbox.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';

export interface UplinkOptions extends Omit<SessionOptions, 'outbox' | 'onReady'> {
  readonly outbox: Pick<Outbox, 'take' | 'remove' | 'release'>;
  readonly reconnect: Backoff;
  readonly random: () => number;
  readonly log: Logger;
}

export interface Uplink {
  /** There is something new in the outbox. */
  wake(): void;
  /** Drains for at most so long, says goodbye, returns when nothing more will happen. */
  stop(drainMs: number): Promise<void>;
}

/** A login that was refused stays so until a person changes something. */
const REFUSED_MS = 60_000;

/** A connection that lived so long was a good one: the next failure starts from the beginning. */
const STABLE_MS = 30_000;

export function startUplink(options: UplinkOptions): Uplink {
  const { clock, log, outbox } = options;
  // The address could carry a password.
  const broker = new URL(options.url).host;
  const stopping = new AbortController();
  let session: Session | null = null;
  /** What the log has said last, so that it says everything once. */
  let told = '';

  function tell(level: 'info' | 'warn' | 'error', fields: object, message: string): void {
    const key = JSON.stringify([message, fields]);
    if (key === told) return;
    told = key;
    log[level]({ broker, ...fields }, message);
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const started = clock.ticks();
      session = openSession({ ...options, onReady: () => tell('info', {}, 'uplink works') });
      const ending = await session.ended;
      session = null;
      outbox.release();
      if (stopping.signal.aborted) return;
      failures = clock.ticks() - started > STABLE_MS ? 1 : failures + 1;
      const { reason } = ending;
      if (ending.kind === 'refused')
        tell('error', { reason }, 'login refused by the broker: check uplink.password and the account');
      else tell('warn', { reason }, 'uplink lost, readings wait in the outbox');
      const waitMs = ending.kind === 'refused' ? REFUSED_MS : backoffMs(options.reconnect, failures);
      await clock.sleep(jittered(waitMs, options.random), stopping.signal);
    }
  }

  const running = run();
  return {
    wake: () => session?.wake(),
    async stop(drainMs) {
      stopping.abort();
      await session?.leave(drainMs);
      await running;
    },
  };
}
