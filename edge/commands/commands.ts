/**
 * Commands of the centre: taken with a nonce, remembered on disk, begun when the centre says `go` to this nonce, done once,
 * answered until the centre has acknowledged the answer. devices/wire/fleet.ts says why in these steps.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from '../../devices/kit/log.ts';
import type { Reading } from '../../devices/reading.ts';
import type { EdgeFile } from '../../devices/station.ts';
import { type CommandAnswer, commandSchema, GO_MS, type Order } from '../../devices/wire/fleet.ts';
import type { EdgeTopic } from '../../devices/wire/topics.ts';
import { readMessage } from '../centre-message.ts';
import type { Clock } from '../clock.ts';
import type { RunningLine } from '../line.ts';
import { createEffects } from './effects.ts';
import { createLineTurn, type LineTurn } from './line-turn.ts';
import { isOutcome, openCommandMemory, type Remembered } from './memory.ts';
import { createPerform } from './perform.ts';
import { type Ending, failed } from './registers.ts';

export interface Commands {
  /** A message of the centre; what is broken is said in the log. */
  hear(payload: string): void;
  /** A connection works: what the centre does not know yet is told. */
  connected(): void;
  readings(readings: readonly Reading[]): void;
  /** Where commands take their turn on a Modbus line. */
  turnOn(line: string): LineTurn;
  /** Ends what waits, before the lines are stopped; returns when nothing more will be done. */
  stop(): Promise<void>;
}

export interface CommandOptions {
  readonly file: Pick<EdgeFile, 'stations' | 'data_dir'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lines: () => readonly RunningLine[];
  /** False when it was not acknowledged. */
  readonly tell: (kind: EdgeTopic, payload: string) => Promise<boolean>;
  /** The newest lines of the log; absent: nobody keeps any. */
  readonly recentLog?: ((lines: number) => readonly string[]) | undefined;
  /** Ends this edge in order and starts it anew, or answers why that cannot be; absent: nobody would start it again. */
  readonly restart?: (() => string | null) | undefined;
}

/** At a time, those that wait for a word and those that are done; the centre keeps to it too. */
const MOST_OPEN = 10;
/** Endings with what was read that wait in memory for a connection. */
const MOST_UNTOLD = 20;
const MAX_CALL_CHARACTERS = 4000;

/** What the process before left in the midst is answered so. */
const LEFT: Readonly<Record<'taken' | 'begun' | 'restarting', Ending>> = {
  taken: { state: 'expired', reason: 'the edge was ended before it was begun' },
  begun: failed('the edge was ended while it did this: it may have been done'),
  restarting: { state: 'done', reason: 'the edge runs anew' },
};

interface Taken {
  readonly order: Order;
  readonly nonce: string;
  readonly over: AbortController;
}

export function openCommands(options: CommandOptions): Commands {
  const { file, clock, log, tell, restart } = options;
  const memory = openCommandMemory(file.data_dir, log);
  const turns = new Map<string, LineTurn>();
  const effects = createEffects(clock);
  const perform = createPerform({ ...options, effects, turnOf: (line) => turns.get(line) });
  const taken = new Map<string, Taken>();
  const running = new Map<string, Promise<void>>();
  /** With what was read, of outcomes that the centre does not know yet; the disk has only how they ended. */
  const endings = new Map<string, Ending>();
  const stopping = new AbortController();

  /** False when the disk refuses. */
  function remember(
    id: string,
    state: Remembered['state'],
    reason: string | null = null,
    told = false,
  ): boolean {
    try {
      memory.put({ id, state, reason, told });
      return true;
    } catch (err) {
      log.error({ command: id, err }, 'a command cannot be remembered on disk');
      return false;
    }
  }

  const answer = (message: CommandAnswer): Promise<boolean> => tell('answers', JSON.stringify(message));

  async function tellEnding(id: string, ending: Ending): Promise<void> {
    const { state, reason, values, lines } = ending;
    const told = await answer({
      id,
      at: clock.now(),
      state,
      reason,
      ...(values && { values: [...values] }),
      ...(lines && { lines: [...lines] }),
    });
    if (!told || endings.get(id) !== ending) return;
    endings.delete(id);
    remember(id, state, reason, true);
  }

  /** What it ended with is told when a connection works. */
  function settle(id: string, whole: Ending): Ending {
    const ending = { ...whole, reason: whole.reason?.slice(0, 500) ?? null };
    const { state, reason } = ending;
    log[state === 'done' ? 'info' : 'warn']({ command: id, state, reason }, 'command ended');
    remember(id, state, reason);
    endings.set(id, ending);
    // Without a connection for long: the disk knows how the oldest ended, only what they had read is lost.
    for (const oldest of [...endings.keys()].slice(0, Math.max(0, endings.size - MOST_UNTOLD)))
      endings.delete(oldest);
    return ending;
  }

  function end(id: string, ending: Ending): void {
    void tellEnding(id, settle(id, ending));
  }

  function take(order: Order): void {
    const { id } = order;
    if (memory.get(id) !== undefined || taken.has(id)) {
      log.warn({ command: id }, 'a command came again, nothing is done');
      return;
    }
    const busy = taken.size + running.size >= MOST_OPEN ? `${MOST_OPEN} commands are under way` : null;
    const refused = busy ?? perform.refusal(order);
    if (refused !== null) {
      end(id, { state: 'refused', reason: refused });
      return;
    }
    if (!remember(id, 'taken')) {
      void answer({ id, at: clock.now(), state: 'refused', reason: 'it cannot be remembered on disk' });
      return;
    }
    const one: Taken = { order, nonce: randomBytes(16).toString('base64url'), over: new AbortController() };
    taken.set(id, one);
    void answer({ id, at: clock.now(), state: 'taken', nonce: one.nonce });
    void clock.sleep(GO_MS, AbortSignal.any([one.over.signal, stopping.signal])).then(() => {
      if (!taken.delete(id)) return;
      const reason = stopping.signal.aborted
        ? 'the edge stops'
        : `the centre did not confirm it within ${GO_MS / 1000} s`;
      end(id, { state: 'expired', reason });
    });
  }

  function go(id: string, nonce: string): void {
    const one = taken.get(id);
    if (one === undefined || one.nonce !== nonce) {
      log.warn({ command: id }, 'a command is to begin that was not taken, nothing is done');
      return;
    }
    taken.delete(id);
    one.over.abort();
    const { orders, by } = one.order;
    log.warn({ command: id, by, orders }, 'command of the centre');
    if (!remember(id, orders.kind === 'restart' ? 'restarting' : 'begun')) {
      end(id, { state: 'refused', reason: 'it cannot be remembered on disk' });
      return;
    }
    if (orders.kind === 'restart') {
      const fault = restart?.() ?? null;
      // Otherwise the edge that runs then tells of it.
      if (fault !== null) end(id, failed(`the edge goes on as it was: ${fault}`));
      return;
    }
    const work = perform.run(one.order).then((ending) => {
      running.delete(id);
      end(id, ending);
    });
    running.set(id, work);
  }

  for (const { id, state } of memory.left) if (!isOutcome(state)) settle(id, LEFT[state]);

  return {
    hear(payload) {
      const told = readMessage(payload, commandSchema, MAX_CALL_CHARACTERS);
      if (typeof told === 'string') {
        log.warn({ reason: told }, 'a command of the centre is refused');
        return;
      }
      const { message } = told;
      if (stopping.signal.aborted) return;
      if (message.step === 'order') take(message);
      else go(message.id, message.nonce);
    },
    connected() {
      for (const { id, state, reason } of memory.untold())
        if (isOutcome(state) && !endings.has(id)) endings.set(id, { state, reason });
      for (const [id, ending] of endings) void tellEnding(id, ending);
    },
    readings: effects.readings,
    turnOn(line) {
      const turn = turns.get(line) ?? createLineTurn(clock);
      turns.set(line, turn);
      return turn;
    },
    async stop() {
      stopping.abort();
      for (const turn of turns.values()) turn.close();
      effects.close();
      await Promise.all(running.values());
    },
  };
}
