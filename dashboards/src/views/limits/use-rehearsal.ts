/** Rehearses the limits while they are edited: begun when nothing was typed for a moment, followed until it is done. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { RehearsalAnswer } from '../../../../devices/wire/rehearsal.ts';
import { ApiFault } from '../../api.ts';
import { currentTime } from '../../clock.ts';
import { language } from '../../i18n.ts';
import { faultText } from '../../use-send.ts';
import { beginRehearsal, type Limit, rehearsalAt } from './calls.ts';
import { rehearsedSpan, type Span } from './compare.ts';
import { type Refusal, refusalOf } from './refusal.ts';

export type Rehearsed =
  | { readonly kind: 'waiting' | 'stopped' }
  /** `progress` null: others are rehearsing, ours has not begun. */
  | { readonly kind: 'running'; readonly progress: number | null }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'failed'; readonly text: string }
  | { readonly kind: 'done'; readonly answer: RehearsalAnswer; readonly counted: Span };

export interface UsedRehearsal {
  readonly state: ReadonlySignal<Rehearsed>;
  /** The newest that was done; it stays while another one runs. */
  readonly last: ReadonlySignal<Extract<Rehearsed, { kind: 'done' }> | null>;
  readonly stop: () => void;
  readonly again: () => void;
}

const PAUSE_MS = 700;
const LOOK_MS = 400;
/** The gateway runs two at a time, of all people. */
const BUSY_MS = 2000;

/** What was begun cannot be called off: the next one of this page waits until the one before has ended at the gateway. */
interface Turn {
  ended: Promise<unknown>;
}

/** Limits null: there is nothing that could be rehearsed yet. */
export function useRehearsal(station: string, limits: readonly Limit[] | null): UsedRehearsal {
  const state = useSignal<Rehearsed>({ kind: 'waiting' });
  const last = useSignal<Extract<Rehearsed, { kind: 'done' }> | null>(null);
  const round = useSignal(0);
  const stopped = useSignal<AbortController | null>(null);
  const turn = useRef<Turn>({ ended: Promise.resolve() }).current;
  const question = JSON.stringify(limits);

  useEffect(() => {
    state.value = { kind: 'waiting' };
    if (limits === null) return;
    const ending = new AbortController();
    stopped.value = ending;
    const { signal } = ending;
    follow(station, limits, turn, signal, (next) => {
      if (signal.aborted) return;
      state.value = next;
      if (next.kind === 'done') last.value = next;
    });
    return () => ending.abort();
  }, [station, question, round.value]);

  return {
    state,
    last,
    stop() {
      stopped.peek()?.abort();
      state.value = { kind: 'stopped' };
    },
    again() {
      round.value += 1;
    },
  };
}

async function follow(
  station: string,
  limits: readonly Limit[],
  turn: Turn,
  signal: AbortSignal,
  tell: (state: Rehearsed) => void,
): Promise<void> {
  const learns = limits.some(({ kind }) => kind === 'deviation');
  try {
    await pause(PAUSE_MS, signal);
    tell({ kind: 'running', progress: null });
    await turn.ended;
    if (signal.aborted) return;
    const { asked, counted } = rehearsedSpan(currentTime(), learns);
    const work = begin(station, limits, asked, signal).then((begun) =>
      untilEnd(begun, (progress) => tell({ kind: 'running', progress })),
    );
    turn.ended = work.catch(() => {});
    const answer = await work;
    tell(
      answer.state === 'done'
        ? { kind: 'done', answer, counted }
        : { kind: 'failed', text: answer.fault ?? '' },
    );
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof ApiFault && error.status === 400)
      tell({ kind: 'refused', refusal: refusalOf(error.message, language.peek()) });
    else tell({ kind: 'failed', text: faultText(error) });
  }
}

/** Also when nobody wants its result any more. */
async function untilEnd(begun: RehearsalAnswer, tell: (progress: number) => void): Promise<RehearsalAnswer> {
  let answer = begun;
  while (answer.state === 'running') {
    tell(answer.progress);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    answer = await rehearsalAt(answer.id);
  }
  return answer;
}

async function begin(
  station: string,
  limits: readonly Limit[],
  { from, to }: Span,
  signal: AbortSignal,
): Promise<RehearsalAnswer> {
  for (;;) {
    try {
      return await beginRehearsal(station, limits, from, to);
    } catch (error) {
      if (!(error instanceof ApiFault) || error.status !== 503) throw error;
      await pause(BUSY_MS, signal);
    }
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, ms);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
