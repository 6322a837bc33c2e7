/** A progress bar on standard error, for work that takes longer than two seconds. */

export interface Progress {
  /** `what` says what is being done now. */
  update(done: number, total: number, what: string): void;
  end(): void;
}

export interface ProgressSink {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const QUIET_MS = 2000;
/** Where no terminal redraws a line, a new one comes this often. */
const LINE_MS = 5000;
const BAR = 24;

export function createProgress(sink: ProgressSink, ticks: () => number): Progress {
  const startedAt = ticks();
  let shownAt: number | null = null;
  return {
    update(done, total, what) {
      const elapsedMs = ticks() - startedAt;
      if (elapsedMs < QUIET_MS) return;
      if (sink.isTTY) {
        sink.write(`\r\x1b[K${progressLine(done, total, elapsedMs, what)}`);
      } else if (shownAt === null || elapsedMs - shownAt >= LINE_MS) {
        sink.write(`${progressLine(done, total, elapsedMs, what)}\n`);
      } else return;
      shownAt = elapsedMs;
    },
    end() {
      if (sink.isTTY && shownAt !== null) sink.write('\r\x1b[K');
    },
  };
}

export function progressLine(done: number, total: number, elapsedMs: number, what: string): string {
  const part = total === 0 ? 1 : Math.min(1, done / total);
  const bar = '#'.repeat(Math.round(part * BAR)).padEnd(BAR, '.');
  const left = done === 0 ? '' : `, ${duration((elapsedMs / done) * (total - done))} left`;
  return `[${bar}] ${done}/${total}${left}  ${what}`;
}

export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
