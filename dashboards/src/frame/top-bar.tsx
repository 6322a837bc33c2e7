/** The head of the page: how much there is, whether it is live, who is logged in. */
import { computed } from '@preact/signals';
import { formatDuration } from '../age.ts';
import { now } from '../clock.ts';
import { t, texts } from '../i18n.ts';
import { Icon } from '../parts/icon.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { Logo } from '../parts/logo.tsx';
import { LogoutButton } from '../parts/logout-button.tsx';
import { hrefOf } from '../route.ts';
import { access, alertList, heardAt, link, loaded, reconnect, stations } from '../state.ts';
import { ABOUT_ID } from './about.tsx';

const silent = computed(
  () => [...stations.value.values()].filter(({ status }) => status === 'silent').length,
);
const lostFor = computed(() => formatDuration(now.value - heardAt.value, texts()));

/** What opens from the menu would otherwise keep it open behind itself. */
const closeMenu = (): void => document.getElementById('account')?.hidePopover();

export function TopBar() {
  const session = access.value.kind === 'in' ? access.value.session : null;
  return (
    <>
      <header class="top">
        <h1 class="brand">
          <Logo />
          <span>
            Quantrac
            <small>{t('app.tagline')}</small>
          </span>
        </h1>
        {loaded.value === 'ready' && (
          <p class="counts">
            <span>{t('app.stations', { n: stations.value.size })}</span>
            {silent.value > 0 && <span>{t('app.silent', { n: silent.value })}</span>}
            <span>{t('app.openAlerts', { n: alertList.value.length })}</span>
          </p>
        )}
        <p class={`link link-${link.value}`} role="status">
          <span class="link-dot" aria-hidden="true" />
          {t(`link.${link.value}`)}
        </p>
        <LanguageSwitch />
        <button type="button" class="button-icon" popovertarget="account" aria-label={t('app.menu')}>
          <Icon name="person" size={20} />
        </button>
        <div id="account" class="menu" popover="auto">
          {session && (
            <p class="menu-who">
              <strong>{session.name}</strong>
              <span>{t(`role.${session.role}`)}</span>
            </p>
          )}
          <a class="menu-item" href={hrefOf('profile')} onClick={closeMenu}>
            <Icon name="person" />
            {t('nav.profile')}
          </a>
          <a class="menu-item" href={hrefOf('wall')}>
            <Icon name="wall" />
            {t('nav.wall')}
          </a>
          <button type="button" class="menu-item" popovertarget={ABOUT_ID} onClick={closeMenu}>
            <Icon name="info" />
            {t('app.about')}
          </button>
          <LogoutButton />
        </div>
      </header>
      {link.value === 'lost' && loaded.value === 'ready' && (
        <div class="lost" role="alert">
          <Icon name="silent" />
          {/* The ticking age is for the eye: read aloud each second it would drown all else. */}
          <p>
            <span class="unseen">{t('link.lost')}</span>
            <span aria-hidden="true">{t('link.bar', { age: lostFor.value })}</span>
          </p>
          <button type="button" class="button" onClick={() => reconnect.value()}>
            {t('link.retry')}
          </button>
        </div>
      )}
    </>
  );
}
