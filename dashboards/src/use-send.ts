/** Something that a person sends: once at a time, and what became of it in words. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { sessionEnded } from './actions.ts';
import { ApiFault } from './api.ts';
import { t } from './i18n.ts';

export interface Sending {
  readonly busy: ReadonlySignal<boolean>;
  /** What went wrong last, to be shown; null: nothing. */
  readonly fault: ReadonlySignal<string | null>;
  /** Answers whether it worked. While one is under way nothing else is sent. */
  readonly send: (work: () => Promise<unknown>) => Promise<boolean>;
}

export function useSend(): Sending {
  const busy = useSignal(false);
  const fault = useSignal<string | null>(null);
  return {
    busy,
    fault,
    async send(work) {
      if (busy.peek()) return false;
      busy.value = true;
      fault.value = null;
      try {
        await work();
        return true;
      } catch (error) {
        fault.value = faultText(error);
        return false;
      } finally {
        busy.value = false;
      }
    },
  };
}

export function faultText(error: unknown): string {
  if (!(error instanceof ApiFault)) throw error;
  if (error.kind === 'unauthorised') sessionEnded();
  if (error.kind === 'away') return t('send.away');
  return error.status === 403 ? t('send.forbidden') : t('send.failed', { detail: error.message });
}
