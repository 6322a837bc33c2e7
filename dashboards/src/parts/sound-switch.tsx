/** Whether a new critical alert sounds here, and how that is. */
import { t } from '../i18n.ts';
import { chooseSound, isSoundHeld, isSoundOn, tryOut } from '../sound.ts';
import { Icon } from './icon.tsx';

export function SoundSwitch() {
  const on = isSoundOn.value;
  return (
    <div class="sound-switch">
      <button
        type="button"
        class="button"
        aria-pressed={on}
        title={t('phone.sound')}
        onClick={() => chooseSound(!on)}
      >
        <Icon name={on ? 'sound' : 'sound_off'} size={18} />
        {t(on ? 'phone.sound.on' : 'phone.sound.off')}
      </button>
      {on && (
        <button type="button" class="button" onClick={tryOut}>
          {t('phone.sound.try')}
        </button>
      )}
      {isSoundHeld.value && (
        <span class="sound-held" role="status">
          {t('phone.sound.held')}
        </span>
      )}
    </div>
  );
}
