/**
 * A GSM modem on a serial port, for as long as the gateway runs: opened when it is there, made ready, asked each minute
 * whether it still is, and opened again when it hangs, starts anew or is pulled out and plugged in.
 */
import type { Logger } from '../../../devices/kit/log.ts';
import type { Answer } from '../channel.ts';
import { pause } from '../channels/pause.ts';
import { type Connection, connect } from './connection.ts';
import { AtError } from './errors.ts';
import { type Sorted, sortOut } from './incoming.ts';
import type { PinMemory } from './pin-memory.ts';
import { type OpenSerial, openSerial } from './serial.ts';
import { Session, type SessionSettings, type Times } from './session.ts';
import type { SmsText } from './split.ts';

export interface ModemTimes extends Times {
  /** What comes so soon after the port was opened is of before. */
  readonly settleMs: number;
  /** Between two looks at a modem that works. */
  readonly checkMs: number;
  /** Before it is opened again: at first, and at most after many tries. */
  readonly firstWaitMs: number;
  readonly mostWaitMs: number;
}

const TIMES: ModemTimes = {
  answerMs: 10_000,
  // Modems give the network up to a minute.
  networkMs: 75_000,
  settleMs: 500,
  checkMs: 60_000,
  firstWaitMs: 1000,
  mostWaitMs: 30_000,
};

/** Parts come within seconds; a text of which one is lost must not fill the memory. */
const PARTS_WAIT_MS = 60 * 60_000;

export interface ModemParts extends SessionSettings {
  readonly path: string;
  readonly baud: number;
  readonly pins: PinMemory;
  /** A text that has come, whole. It stays in the modem until this returns; when it throws it is handed over again. */
  readonly onAnswer: (answer: Answer) => void | Promise<void>;
  readonly log: Logger;
  readonly now: () => number;
  readonly times?: ModemTimes;
  readonly open?: OpenSerial;
}

export interface Modem {
  /** Throws AtError when modem or network refuses it, an Error when the modem is not ready. */
  send(to: string, text: SmsText, reference: number, signal: AbortSignal): Promise<void>;
  /** null: it is ready; otherwise why not. */
  fault(): string | null;
  close(): Promise<void>;
}

export function startModem(parts: ModemParts): Modem {
  const { path, baud, pins, onAnswer, log, now, times = TIMES, open = openSerial } = parts;
  const closing = new AbortController();
  /** When a part was first seen that waits for others. */
  const waitingSince = new Map<string, number>();
  let ready: { readonly connection: Connection; readonly session: Session } | null = null;
  /** null: it can send. */
  let whyNot: string | null = 'it has not answered yet';

  const notReady = (): string => `the GSM modem is not ready: ${whyNot ?? 'it is opened anew'}`;
  const become = (reason: string | null, signalDbm: number | null): void => {
    if (reason === whyNot) return;
    whyNot = reason;
    if (reason === null) log.info({ signalDbm }, 'the GSM modem is ready');
    else log.warn({ signalDbm, reason }, 'the GSM modem cannot send');
  };

  async function takeIncoming({ exclusive }: Connection, session: Session): Promise<void> {
    const stored = await exclusive(() => session.list());
    const remove = (indexes: readonly number[]) =>
      exclusive(async () => {
        for (const index of indexes) await session.remove(index);
      });
    for (const { index, message, reason } of stored) {
      if (message !== null) continue;
      log.warn({ reason }, 'a short message that came is of no use');
      await remove([index]);
    }
    const { whole, waiting } = sortOut(stored);
    for (const { indexes, from, text } of whole) {
      try {
        await onAnswer({ from, text });
      } catch (err) {
        log.error({ err }, 'a short message that came was not taken over');
        continue;
      }
      await remove(indexes);
    }
    await remove(givenUp(waiting));
  }

  function givenUp(waiting: Sorted['waiting']): number[] {
    for (const key of waitingSince.keys()) if (!waiting.has(key)) waitingSince.delete(key);
    const indexes: number[] = [];
    for (const [key, parts] of waiting) {
      const since = waitingSince.get(key) ?? now();
      waitingSince.set(key, since);
      if (now() - since < PARTS_WAIT_MS) continue;
      log.warn({ parts: parts.length }, 'a short message of which a part did not come is dropped');
      indexes.push(...parts);
    }
    return indexes;
  }

  /** Until the modem is lost; throws why. `worked` is called when it was made ready. */
  async function serve(worked: () => void): Promise<never> {
    const connection = await connect(path, baud, times.settleMs, open);
    const close = () => void connection.close('the gateway stops');
    closing.signal.addEventListener('abort', close);
    if (closing.signal.aborted) close();
    try {
      const session = new Session(connection.ask, parts, times, pins);
      for (;;) {
        const { reason, signalDbm } = await connection.exclusive(async () => {
          await session.prepare();
          return { reason: await session.unregistered(), signalDbm: await session.signal() };
        });
        worked();
        become(reason, signalDbm);
        ready = reason === null ? { connection, session } : null;
        await takeIncoming(connection, session).catch((error) => {
          // One that only sends is of use too.
          if (!(error instanceof AtError)) throw error;
          log.warn({ reason: error.message }, 'the GSM modem does not give its messages');
        });
        await connection.message(times.checkMs);
      }
    } finally {
      ready = null;
      closing.signal.removeEventListener('abort', close);
      await connection.close('the modem is opened anew');
    }
  }

  async function run(): Promise<void> {
    let waitMs = times.firstWaitMs;
    while (!closing.signal.aborted) {
      try {
        await serve(() => {
          waitMs = times.firstWaitMs;
        });
      } catch (error) {
        if (closing.signal.aborted) return;
        become((error as Error).message, null);
      }
      await pause(waitMs, closing.signal);
      waitMs = Math.min(2 * waitMs, times.mostWaitMs);
    }
  }

  const running = run();
  return {
    async send(to, text, reference, signal) {
      if (ready === null) throw new Error(notReady());
      const { connection, session } = ready;
      const goOn = (): void => {
        if (signal.aborted) throw new Error('it was not waited for any longer');
      };
      await connection.exclusive(async () => {
        goOn();
        await session.prepare();
        await session.send(to, text, reference, goOn);
      });
    },
    fault: () => (ready === null ? notReady() : null),
    async close() {
      closing.abort();
      await running;
    },
  };
}
