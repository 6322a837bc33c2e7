/** Taking an alert: with one press, or with a note; without network it waits here until it is sent. */
import { useSignal } from '@preact/signals';
import type { AlertAnswer } from '../../../devices/wire/api.ts';
import { type Acknowledged, acknowledge, mayAct } from '../actions.ts';
import { formatAge } from '../age.ts';
import { now } from '../clock.ts';
import { t, texts } from '../i18n.ts';
import { waitingFor } from '../offline/waiting.ts';
import { describeAlert } from '../say.ts';
import { Icon } from './icon.tsx';
import { NoteDialog } from './note-dialog.tsx';

const PHRASES = ['coming', 'called', 'watching', 'known'] as const;

type State = 'idle' | 'busy' | Acknowledged;

/** What went wrong, in words; null: nothing, or it waits for the network. */
function faultOf(state: State): string | null {
  if (typeof state === 'string' || state.kind === 'done' || state.kind === 'later') return null;
  return t('alert.failed', { detail: state.kind === 'failed' ? state.detail : t(`alert.${state.kind}`) });
}

interface AcknowledgeProps {
  readonly alert: AlertAnswer;
  readonly done?: () => void;
}

export function Acknowledge({ alert, done }: AcknowledgeProps) {
  const state = useSignal<State>('idle');
  const noting = useSignal(false);
  if (!mayAct()) return <p class="alert-note">{t('alert.notAllowed')}</p>;
  if (waitingFor(alert.id)) return <WaitsForNetwork alert={alert.id} />;

  const take = async (note?: string): Promise<void> => {
    if (state.peek() === 'busy') return;
    state.value = 'busy';
    noting.value = false;
    state.value = await acknowledge(alert, note);
    if (faultOf(state.peek()) === null) done?.();
  };
  const busy = state.value === 'busy';
  const fault = faultOf(state.value);
  const name = describeAlert(alert);
  return (
    <>
      <div class="alert-actions">
        <button
          type="button"
          class="button button-note"
          aria-label={t('alert.withNoteOf', { alert: name })}
          title={t('alert.withNote')}
          onClick={() => {
            noting.value = true;
          }}
        >
          <Icon name="edit" size={18} />
        </button>
        <button
          type="button"
          class="button button-strong"
          aria-disabled={busy}
          aria-label={t('alert.acknowledgeOf', { level: t(`level.${alert.level}`), alert: name })}
          onClick={() => take()}
        >
          <Icon name="check" size={16} weight={2.4} />
          {t(busy ? 'alert.acknowledging' : 'alert.acknowledge')}
        </button>
      </div>
      {fault !== null && (
        <p class="alert-fault" role="alert">
          {fault}
        </p>
      )}
      {noting.value && (
        <NoteDialog
          title={t('alert.withNote')}
          text={name}
          button={t('alert.acknowledge')}
          hint={t('alert.noteHint')}
          phrases={PHRASES.map((phrase) => t(`alert.phrase.${phrase}`))}
          send={take}
          close={() => {
            noting.value = false;
          }}
        />
      )}
    </>
  );
}

export function WaitsForNetwork({ alert }: { alert: string }) {
  const item = waitingFor(alert);
  if (!item) return null;
  return (
    <p class="alert-queued" role="status">
      <Icon name="clock" size={16} />
      <span>
        <strong>{t('alert.queued')}</strong>{' '}
        {t('alert.queuedText', { age: formatAge(item.at, now.peek(), texts()) })}
      </span>
    </p>
  );
}
