/** Keeps what is shown alive while somebody is logged in: begun before anything is drawn, which takes longer than the answers. */
import { computed, effect, untracked } from '@preact/signals';
import { sessionEnded } from './actions.ts';
import { api } from './api.ts';
import { startLive } from './live.ts';
import { announceAlert } from './say.ts';
import { access, reconnect } from './state.ts';
import type { Source } from './stream.ts';

const who = computed(() => (access.value.kind === 'in' ? access.value.session.name : null));

export function followAccess(): void {
  effect(() => {
    if (who.value === null) return;
    return untracked(() => {
      const own = startLive({
        api,
        connect: () => new EventSource('/api/v1/stream') as unknown as Source,
        announce: announceAlert,
        loggedOut: sessionEnded,
      });
      reconnect.value = own.retry;
      return () => own.stop();
    });
  });
}
