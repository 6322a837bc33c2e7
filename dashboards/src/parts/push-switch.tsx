/** Push messages to this browser: what they are, whether it gets them, and the press that asks the person. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiFault } from '../api.ts';
import { t } from '../i18n.ts';
import { askPushState, pushState, startPush, stopPush } from '../offline/push.ts';
import { useSend } from '../use-send.ts';
import { Icon } from './icon.tsx';

export function PushSwitch() {
  const sending = useSend();
  /** What the gateway says against it, which its words do not say to people. */
  const against = useSignal<'notSetUp' | 'nobody' | null>(null);
  useEffect(() => void askPushState(), []);

  const start = (): Promise<boolean> =>
    sending.send(async () => {
      against.value = null;
      try {
        await startPush();
      } catch (error) {
        if (!(error instanceof ApiFault) || ![403, 404].includes(error.status)) throw error;
        against.value = error.status === 404 ? 'notSetUp' : 'nobody';
      }
    });
  const state = pushState.value;
  const busy = sending.busy.value || state === 'asking';
  const fault = against.value === null ? sending.fault.value : t(`phone.push.${against.value}`);
  return (
    <section class="push" aria-label={t('phone.push')}>
      <p class="push-text">{t('phone.push.text')}</p>
      {state === 'on' && (
        <p class="push-on" role="status">
          <Icon name="check" size={16} weight={2.4} />
          {t('phone.push.on')}
        </p>
      )}
      {(state === 'none' || state === 'install' || state === 'denied') && (
        <p class="push-none">{t(`phone.push.${state}`)}</p>
      )}
      {(state === 'off' || state === 'asking') && (
        <button type="button" class="button button-strong" aria-disabled={busy} onClick={start}>
          <Icon name="bell" size={18} />
          {t('phone.push.start')}
        </button>
      )}
      {state === 'on' && (
        <button type="button" class="button" aria-disabled={busy} onClick={() => sending.send(stopPush)}>
          {t('phone.push.stop')}
        </button>
      )}
      {fault !== null && (
        <p class="form-fault" role="alert">
          {fault}
        </p>
      )}
    </section>
  );
}
