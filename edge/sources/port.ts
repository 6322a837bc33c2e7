/** One request at a time over an open link, in the frames of its line. */
import type { Command } from './pdu.ts';
import type { ReadFault } from './source.ts';

export type Ending =
  /** Unit, function and data of an answer to this request, still to be judged. Good during the call only. */
  | { readonly kind: 'answer'; readonly answer: Buffer }
  | { readonly kind: 'fault'; readonly fault: ReadFault };

export interface Port {
  /** Whether what follows a malformed answer can be understood. */
  readonly recovers: boolean;
  /** `done` is called once, and not any more after `close`. */
  ask(command: Command, timeoutMs: number, done: (ending: Ending) => void): void;
  /** What came over the link. The bytes may change after the call. */
  take(bytes: Buffer): void;
  /** Whether a late answer of this unit could be taken for the next one. */
  expectsLate(unit: number): boolean;
  /** Resolves when it could not, or the port is closed. */
  settled(unit: number): Promise<void>;
  /** Ends waits and timers. The link is closed by who opened it. */
  close(): void;
}
