/**
 * Keep alive (MQTT 3.1.1, section 3.1.2.10): a client that says nothing for one and a half times its own interval is
 * gone. What counts is what arrived, and only when we have read all that did: who is held back is not silent.
 */
import type { Duplex } from 'node:stream';
import type { Intake } from './intake.ts';

const CHECK_MS = 5000;

export interface Silence {
  watch(connection: Duplex, intake: Intake, keepAliveS: number): void;
  stop(): void;
}

export function watchSilence(checkMs = CHECK_MS, now: () => number = Date.now): Silence {
  const watched = new Map<Duplex, { readonly intake: Intake; readonly boundMs: number; late: boolean }>();
  const timer = setInterval(() => {
    for (const [connection, client] of watched) {
      const { intake, boundMs, late } = client;
      client.late = !intake.unread() && now() - intake.heardAt() > boundMs;
      // Twice in a row: what came while this process was busy or asleep has been read by then.
      if (late && client.late) connection.destroy(new Error('nothing heard for 1.5 times its keep alive'));
    }
  }, checkMs);
  timer.unref();
  return {
    watch(connection, intake, keepAliveS) {
      if (keepAliveS === 0) return;
      watched.set(connection, { intake, boundMs: keepAliveS * 1500, late: false });
      connection.once('close', () => watched.delete(connection));
    },
    stop: () => clearInterval(timer),
  };
}
