/** What all channels have in common: no more messages a minute than set, and an end of waiting for each. */
import { type Channel, NotBegun } from '../channel.ts';
import { pause } from './pause.ts';

const MINUTE_MS = 60_000;

export interface Pace {
  /** Sends that begin in any 60 seconds. */
  readonly perMinute: number;
  /** Of one send, from its turn on. */
  readonly timeoutMs: number;
}

/**
 * The same channel with bounds. A send that is not over in time is ended with an error, whether or not the channel hears
 * its signal; those after it go on. Waiting for the turn ends with the caller's signal, with NotBegun.
 */
export function paced(channel: Channel, { perMinute, timeoutMs }: Pace): Channel {
  /** When the last sends began, at most so many as a minute may have; `performance.now()`. */
  const begun: number[] = [];
  let turn: Promise<void> = Promise.resolve();

  const myTurn = (signal: AbortSignal): Promise<void> => {
    const before = turn;
    const mine = (async () => {
      await before;
      const oldest = begun.length < perMinute ? undefined : begun[0];
      if (oldest !== undefined) await pause(oldest + MINUTE_MS - performance.now(), signal);
      // Who gave up while he waited takes no place.
      if (signal.aborted) return;
      if (begun.length >= perMinute) begun.shift();
      begun.push(performance.now());
    })();
    turn = mine;
    return mine;
  };

  return {
    ...(channel.atOnce !== undefined && { atOnce: channel.atOnce }),
    async send(address, message, signal) {
      const ended = new AbortController();
      const given = Promise.withResolvers<never>();
      const giveUp = (error: Error): void => {
        ended.abort();
        given.reject(error);
      };
      let hasTurn = false;
      const notWaitedFor = (): Error => new (hasTurn ? Error : NotBegun)('it was not waited for any longer');
      const aborted = () => giveUp(notWaitedFor());
      signal.addEventListener('abort', aborted);
      let timer: NodeJS.Timeout | undefined;
      try {
        await Promise.race([myTurn(signal), given.promise]);
        if (signal.aborted) throw notWaitedFor();
        hasTurn = true;
        timer = setTimeout(() => giveUp(new Error(`not taken within ${timeoutMs / 1000} s`)), timeoutMs);
        await Promise.race([channel.send(address, message, ended.signal), given.promise]);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', aborted);
      }
    },
    ...(channel.fault && { fault: channel.fault }),
    close: () => channel.close(),
  };
}
