/** Runs a service that can be ended in order and started anew in the same process. */
import type { Service } from '../../devices/kit/service.ts';

export interface Restartable extends Service {
  /** Returns at once; what is under way is not begun again. */
  restart(): void;
}

/** `giveUp`: it was ended and cannot be started. */
export async function runRestartable(
  start: () => Promise<Service>,
  giveUp: (error: unknown) => void,
): Promise<Restartable> {
  let service = await start();
  let stopped = false;
  let restarting: Promise<void> | null = null;

  async function anew(): Promise<void> {
    await service.stop();
    if (!stopped) service = await start();
  }

  return {
    restart() {
      if (stopped) return;
      restarting ??= anew()
        .catch(giveUp)
        .finally(() => {
          restarting = null;
        });
    },
    async stop() {
      stopped = true;
      await restarting;
      await service.stop();
    },
  };
}
