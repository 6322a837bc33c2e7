/** Watches whether Node-RED runs its flows. */
import type { EventEmitter } from 'node:events';
import type { Logger } from '../devices/kit/log.ts';
import { SAFE_MODE_REASON } from './hangs.ts';

interface RuntimeEvent {
  readonly id: string;
  readonly payload?: { readonly state?: string; readonly error?: string; readonly types?: readonly string[] };
}

/**
 * Resolves at the first start of the flows, or when Node-RED says that it will not start them: then the editor is
 * needed to mend them, and the heartbeat tells the gateway that no rule is running.
 */
export function flowsStarted(
  events: EventEmitter,
  heartbeat: { setRunning(running: boolean, reason?: string): void },
  log: Logger,
): Promise<void> {
  return new Promise((resolve) => {
    events.on('flows:started', () => {
      heartbeat.setRunning(true);
      resolve();
    });
    events.on('flows:stopped', () => heartbeat.setRunning(false));
    events.on('runtime-event', ({ id, payload }: RuntimeEvent) => {
      if (id !== 'runtime-state' || payload?.error === undefined) return;
      if (payload.state !== 'stop' && payload.state !== 'safe') return;
      const reason = payload.state === 'safe' ? SAFE_MODE_REASON : payload.error;
      log.error({ reason, types: payload.types }, 'no flow runs');
      heartbeat.setRunning(false, reason);
      resolve();
    });
  });
}
