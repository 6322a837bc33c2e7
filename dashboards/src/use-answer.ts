/** An answer of the gateway for a view: asked, kept while it cannot be asked anew, asked again after a loss of the link. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { sessionEnded } from './actions.ts';
import { ApiFault } from './api.ts';
import { currentTime } from './clock.ts';
import { epoch } from './state.ts';

export type Answer<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly fault: ApiFault }
  /** `fault`: the newest try did not work, the value is of `at` (epoch ms). */
  | { readonly kind: 'ready'; readonly value: T; readonly at: number; readonly fault: ApiFault | null };

export interface Asked<T> {
  readonly answer: ReadonlySignal<Answer<T>>;
  /** Asks now; what is shown stays until the answer is there. */
  readonly again: () => void;
}

/** After a fault that may pass by itself. */
const RETRY_MS = 5000;

const mayPass = (fault: ApiFault): boolean => fault.kind === 'away' || fault.kind === 'failed';

/**
 * `deps` is what the question is made of: with another question the old answer is gone at once. With `everyMs` it is asked
 * again and again while the page is seen.
 */
export function useAnswer<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  deps: readonly unknown[],
  everyMs?: number,
): Asked<T> {
  const answer = useSignal<Answer<T>>({ kind: 'loading' });
  const round = useSignal(0);
  const question = JSON.stringify(deps);
  const asked = useSignal(question);

  useEffect(() => {
    if (asked.peek() !== question) {
      asked.value = question;
      answer.value = { kind: 'loading' };
    }
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = (ms: number): void => {
      timer = setTimeout(() => {
        if (document.hidden) later(ms);
        else round.value += 1;
      }, ms);
    };
    ask(ending.signal)
      .then((value) => {
        if (ending.signal.aborted) return;
        answer.value = { kind: 'ready', value, at: currentTime(), fault: null };
        if (everyMs !== undefined) later(everyMs);
      })
      .catch((error: unknown) => {
        if (ending.signal.aborted) return;
        const fault = error instanceof ApiFault ? error : new ApiFault('failed', 0, String(error));
        if (fault.kind === 'unauthorised') return sessionEnded();
        const before = answer.peek();
        answer.value = before.kind === 'ready' ? { ...before, fault } : { kind: 'failed', fault };
        if (mayPass(fault)) later(RETRY_MS);
      });
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [question, round.value, epoch.value]);

  return {
    answer,
    again: () => {
      if (answer.peek().kind === 'failed') answer.value = { kind: 'loading' };
      round.value += 1;
    },
  };
}
