/** How a bench of processes runs: whatever way it ends, nothing that it started is left behind. */

/** Undone in the opposite order when the bench ends, fails or is stopped. */
export type Later = AsyncDisposableStack;

/** `work` answers whether what was measured keeps to its bounds. */
export async function runBench(work: (later: Later) => Promise<boolean>): Promise<void> {
  const later = new AsyncDisposableStack();
  /** The first reason to stop counts: what is undone for it makes `work` fail as well. */
  let stopping = false;
  const stop = async (code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await later.disposeAsync();
    process.exit(code);
  };
  process.once('SIGINT', () => void stop(130));
  process.once('SIGTERM', () => void stop(143));
  let code = 1;
  try {
    code = (await work(later)) ? 0 : 1;
  } catch (error) {
    if (!stopping) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  await stop(code);
}

/** What goes on, for who waits. */
export const progress = (text: string): void => void process.stderr.write(`${text}\n`);
