/** What must be told over a line at once: it goes before every request of the polls. */
import type { LineAccess } from './orders.ts';
import type { PollTask } from './poll-task.ts';

export interface Urgent extends Pick<PollTask, 'unit' | 'pauseMs' | 'timeoutMs'> {
  /** When it next wants the line, in ticks. */
  dueAt(): number;
  /** Its requests. Never rejects, and is not due again before it has ended. */
  run(line: LineAccess): Promise<void>;
  /** The poller's `wake` is called when it may be due sooner than it has said. */
  onSooner(wake: () => void): void;
}
