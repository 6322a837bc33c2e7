/** What has to be said wherever the person is: a new version of the screens, acknowledgements that came to nothing. */
import { useSignal } from '@preact/signals';
import { t } from '../i18n.ts';
import { isNewVersion, takeOver } from '../offline/install.ts';
import { dismissDropped, dropped, queue } from '../offline/waiting.ts';
import { hrefOf, route } from '../route.ts';
import { access } from '../state.ts';

/** Of a wall nobody would take them away. */
const isUnattended = (): boolean => route.value.view === 'wall';

export function PhoneNotices() {
  const later = useSignal(false);
  const failed = queue.value.filter(
    ({ outcome }) => outcome?.kind === 'changed' || outcome?.kind === 'refused',
  );
  if (isUnattended()) return null;
  return (
    <div class="toasts" role="status">
      {access.value.kind === 'in' && dropped.value.length > 0 && (
        <p class="toast toast-warning">
          {dropped.value.map(({ user, count }) => (
            <span key={user}>{t('phone.dropped', { n: count, who: user })}</span>
          ))}
          <button type="button" class="button" onClick={() => void dismissDropped()}>
            {t('phone.droppedSeen')}
          </button>
        </p>
      )}
      {failed.length > 0 && route.value.view !== 'alerts' && (
        <p class="toast toast-warning">
          <span>{t('phone.queue.changedTitle')}</span>
          <a class="button" href={hrefOf('alerts')}>
            {t('nav.alerts')}
          </a>
        </p>
      )}
      {isNewVersion.value && !later.value && (
        <p class="toast">
          <span>{t('phone.newVersion')}</span>
          <button
            type="button"
            class="button"
            onClick={() => {
              later.value = true;
            }}
          >
            {t('phone.later')}
          </button>
          <button type="button" class="button button-strong" onClick={takeOver}>
            {t('phone.reload')}
          </button>
        </p>
      )}
    </div>
  );
}
