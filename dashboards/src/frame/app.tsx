/** Who may see what: the login, or the views. */
import { useEffect } from 'preact/hooks';
import { askSession } from '../actions.ts';
import { t } from '../i18n.ts';
import { Notice, Skeleton } from '../parts/notices.tsx';
import { PhoneNotices } from '../parts/phone-notices.tsx';
import { route } from '../route.ts';
import { access, announcement } from '../state.ts';
import { VIEWS } from '../views/views.ts';
import { About } from './about.tsx';
import { CurrentView } from './current-view.tsx';
import { Login } from './login.tsx';
import { Nav } from './nav.tsx';
import { TopBar } from './top-bar.tsx';

const AGAIN_MS = 5000;

export function App() {
  return (
    <>
      <Screen />
      <PhoneNotices />
    </>
  );
}

function Screen() {
  const now = access.value;
  if (now.kind === 'out') return <Login />;
  // For another person everything begins anew.
  if (now.kind === 'in') return <Inside key={now.session.name} />;
  return <Outside away={now.kind === 'away'} />;
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

/** Views that fill the screen have no frame around them. */
const isWide = (): boolean => VIEWS.some(({ id, place }) => place === 'wide' && id === route.value.view);

function Inside() {
  if (isWide()) return <CurrentView />;
  return (
    <div class="app">
      <button
        type="button"
        class="skip"
        onClick={() => document.querySelector<HTMLElement>('main, .page')?.focus()}
      >
        {t('app.skip')}
      </button>
      <TopBar />
      <div class="app-body">
        <Nav />
        <CurrentView />
      </div>
      <About />
      <div class="unseen" role="alert" aria-live="assertive">
        {announcement}
      </div>
    </div>
  );
}
