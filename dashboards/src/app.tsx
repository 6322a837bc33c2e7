/** Who may see what: the login, or the overview with everything that keeps it alive. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { askSession, loggedOut } from './actions.ts';
import { api } from './api.ts';
import { t } from './i18n.ts';
import { startLive } from './live.ts';
import { Notice, Skeleton } from './parts/notices.tsx';
import { TopBar } from './parts/top-bar.tsx';
import { announceAlert } from './say.ts';
import { access, announcement } from './state.ts';
import type { Source, Stream } from './stream.ts';
import { About } from './views/about.tsx';
import { Login } from './views/login.tsx';
import { Overview } from './views/overview.tsx';

const AGAIN_MS = 5000;

export function App() {
  const { kind } = access.value;
  if (kind === 'out') return <Login />;
  if (kind === 'in') return <Inside />;
  return <Outside away={kind === 'away'} />;
}

/** Before it is known who is there: no answer yet, or no answer at all. */
function Outside({ away }: { away: boolean }) {
  useEffect(() => {
    if (!away) return;
    const timer = setInterval(askSession, AGAIN_MS);
    return () => clearInterval(timer);
  }, [away]);
  return (
    <main class="alone">
      {away ? (
        <div role="alert">
          <Notice icon="silent" title={t('load.failed')} text={t('load.failedText')}>
            <button type="button" class="button" onClick={askSession}>
              {t('app.retry')}
            </button>
          </Notice>
        </div>
      ) : (
        <Skeleton lines={4} />
      )}
    </main>
  );
}

function Inside() {
  const stream = useSignal<Stream | null>(null);
  useEffect(() => {
    const own = startLive({
      api,
      connect: () => new EventSource('/api/v1/stream') as unknown as Source,
      announce: announceAlert,
      loggedOut,
    });
    stream.value = own;
    return () => own.stop();
  }, []);
  return (
    <div class="app">
      <button type="button" class="skip" onClick={() => document.querySelector('main')?.focus()}>
        {t('app.skip')}
      </button>
      <TopBar retry={() => stream.value?.retry()} />
      <Overview retry={() => stream.value?.retry()} />
      <About />
      <div class="unseen" role="alert" aria-live="assertive">
        {announcement}
      </div>
    </div>
  );
}
