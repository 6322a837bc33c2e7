/** How every process of the product starts and stops. */
import { UserFault } from './fault.ts';

export interface Service {
  /** Returns when nothing more will happen. */
  stop(): Promise<void>;
}

/** A stop that hangs is ended: who asked for it waits. */
const STOP_MS = 5000;

/**
 * Runs a service until SIGINT, SIGTERM or the end of its parent, then stops it and ends the process.
 * A parent that started us with an IPC channel says "ready" to itself by our message, and we go when it goes.
 */
export async function runService(
  start: () => Promise<Service & { readonly ready?: unknown }>,
): Promise<void> {
  let stopping = false;
  const started = start();
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_MS).unref();
    try {
      await (await started).stop();
      process.exit(0);
    } catch {
      process.exit(1);
    }
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('disconnect', stop);
  try {
    const service = await started;
    process.send?.({ ready: service.ready ?? true });
  } catch (error) {
    tellFault(error);
    process.exit(1);
  }
}

/** One sentence for a fault that a person can mend, everything for one that is ours. */
export function tellFault(error: unknown): void {
  const address = listenFault(error);
  const text =
    error instanceof UserFault
      ? error.message
      : (address ?? (error instanceof Error ? error.stack : String(error)));
  process.stderr.write(`quantrac: ${text}\n`);
  process.send?.({ fault: text });
}

function listenFault(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'EADDRINUSE')
    return `port ${port} on ${address} is taken by another program: choose another port or stop that program`;
  if (code === 'EACCES' && port !== undefined)
    return `port ${port} on ${address} may not be opened by this user: choose a port above 1023`;
  return null;
}
