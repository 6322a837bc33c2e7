/** The way in: name and password. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Profile } from '../../../devices/wire/users.ts';
import { type LoggedIn, login } from '../actions.ts';
import { get } from '../api.ts';
import { adoptLanguage, t } from '../i18n.ts';
import { held } from '../offline/waiting.ts';
import { Icon } from '../parts/icon.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { Logo } from '../parts/logo.tsx';
import { route } from '../route.ts';

type State = 'idle' | 'busy' | LoggedIn;

export function Login() {
  const [state, setState] = useState<State>('idle');
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => name.current?.focus(), []);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (state === 'busy' || !name.current || !password.current) return;
    setState('busy');
    const result = await login(name.current.value.trim(), password.current.value);
    if (result.kind === 'done') return void keptLanguage();
    setState(result);
    if (result.kind === 'wrong') password.current.select();
  };

  return (
    <div class="login">
      <header class="login-top">
        <LanguageSwitch />
      </header>
      <main class="login-main">
        <h1 class="brand brand-large">
          <Logo size={44} />
          <span>
            Quantrac
            <small>{t('app.tagline')}</small>
          </span>
        </h1>
        <p class="login-lead">{t('login.lead')}</p>
        {route.value.view === 'wall' && (
          <p class="login-wall" role="status">
            <Icon name="wall" size={18} />
            {t('wall.loggedOut')}
          </p>
        )}
        {held.value > 0 && (
          <p class="login-wall" role="status">
            <Icon name="clock" size={18} />
            {t('phone.held', { n: held.value })}
          </p>
        )}
        <form class="login-form" onSubmit={submit}>
          <h2>{t('login.title')}</h2>
          <label>
            {t('login.name')}
            <input
              ref={name}
              name="name"
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              required
            />
          </label>
          <label>
            {t('login.password')}
            <input ref={password} name="password" type="password" autocomplete="current-password" required />
          </label>
          <p class="login-fault" role="alert">
            {fault(state) !== null && (
              <>
                <Icon name="critical" size={16} />
                {fault(state)}
              </>
            )}
          </p>
          <button type="submit" class="button button-strong" aria-disabled={state === 'busy'}>
            {t(state === 'busy' ? 'login.busy' : 'login.submit')}
          </button>
        </form>
        <p class="login-hint">{t('login.link')}</p>
      </main>
    </div>
  );
}

/** What the person chose elsewhere holds in a browser where nobody chose. */
async function keptLanguage(): Promise<void> {
  // Without it the language of the page is as good.
  const profile = await get<Pick<Profile, 'language'>>('/profile').catch(() => null);
  if (profile !== null) await adoptLanguage(profile.language);
}

function fault(state: State): string | null {
  if (typeof state === 'string' || state.kind === 'done') return null;
  return state.kind === 'failed' ? t('login.failed', { detail: state.detail }) : t(`login.${state.kind}`);
}
