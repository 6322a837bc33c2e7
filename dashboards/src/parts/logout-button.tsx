/** The way out; it asks first when something that was done without network would be lost. */
import { useSignal } from '@preact/signals';
import { logout, lostByLogout } from '../actions.ts';
import { t } from '../i18n.ts';
import { Icon } from './icon.tsx';

export function LogoutButton() {
  /** How much would be lost; null: not asked yet. */
  const lost = useSignal<number | null>(null);
  const leave = async (): Promise<void> => {
    const unsent = await lostByLogout();
    if (unsent === 0) await logout();
    else lost.value = unsent;
  };
  if (lost.value === null) {
    return (
      <button type="button" class="menu-item" onClick={leave}>
        <Icon name="back" />
        {t('app.logout')}
      </button>
    );
  }
  return (
    <div class="menu-ask" role="alert">
      <p>{t('phone.logoutLoses', { n: lost.value })}</p>
      <button type="button" class="button" onClick={logout}>
        {t('phone.logoutAnyway')}
      </button>
      <button
        type="button"
        class="button"
        onClick={() => {
          lost.value = null;
        }}
      >
        {t('app.cancel')}
      </button>
    </div>
  );
}
