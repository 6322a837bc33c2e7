/** What the gateway needs to know for one action: a reason, a length of time, another level. */

import { useSignal } from '@preact/signals';
import type { AlertAnswer } from '../../../../devices/wire/api.ts';
import { t } from '../../i18n.ts';
import { Choice } from '../../parts/choice.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { FormEnd } from '../../parts/form-end.tsx';
import { MOST_NOTE } from '../../parts/note-dialog.tsx';
import { describeAlert } from '../../say.ts';
import { useSend } from '../../use-send.ts';
import type { Action } from './calls.ts';
import { LEVELS } from './filters.ts';
import { MinutesChoice } from './minutes-choice.tsx';

type Kind = Action['kind'];

/** Without a reason the gateway refuses these. */
const NEEDS_WORDS: readonly Kind[] = ['note', 'shelve', 'correct', 'retract'];
const EXPLAINED = ['reset', 'shelve', 'correct', 'retract'] as const;

interface ActionDialogProps {
  readonly kind: Kind;
  readonly alert: AlertAnswer;
  /** Throws an ApiFault. */
  readonly send: (action: Action) => Promise<void>;
  readonly close: () => void;
}

export function ActionDialog({ kind, alert, send, close }: ActionDialogProps) {
  const words = useSignal('');
  const missing = useSignal(false);
  const minutes = useSignal(60);
  const level = useSignal<AlertAnswer['level']>(LEVELS.find((one) => one !== alert.level) ?? 'warning');
  const sending = useSend();

  const submit = (event: Event): void => {
    event.preventDefault();
    const text = words.peek().trim();
    missing.value = text === '' && NEEDS_WORDS.includes(kind);
    if (missing.peek()) return;
    void sending.send(() => send(actionOf(kind, text, minutes.peek(), level.peek())));
  };
  const explained = EXPLAINED.find((one) => one === kind);
  const isNote = kind === 'note' || kind === 'reset' || kind === 'unshelve';
  return (
    <Dialog title={t(`alerts.act.${kind}`)} close={close}>
      <form class="form" onSubmit={submit} noValidate>
        <p class="dialog-about">
          <strong dir="auto">{describeAlert(alert)}</strong>
          {explained && <span>{t(`alerts.act.${explained}Text`)}</span>}
        </p>
        {kind === 'shelve' && (
          <MinutesChoice
            label={t('alerts.act.shelveFor')}
            minutes={minutes}
            choices={[15, 60, 240, 480, 1440]}
          />
        )}
        {kind === 'correct' && (
          <Choice
            label={t('alerts.level')}
            options={LEVELS.filter((one) => one !== alert.level).map((one) => ({
              value: one,
              name: t(`level.${one}`),
            }))}
            value={level.value}
            choose={(chosen) => {
              level.value = chosen;
            }}
          />
        )}
        <Field
          label={t(isNote ? 'alert.note' : 'alerts.reason')}
          hint={t(NEEDS_WORDS.includes(kind) ? 'alerts.reasonHint' : 'alert.noteHint')}
          fault={missing.value ? t(isNote ? 'alerts.noteMissing' : 'alerts.reasonMissing') : null}
        >
          {(attributes) => (
            <textarea
              {...attributes}
              rows={3}
              dir="auto"
              maxLength={MOST_NOTE}
              value={words.value}
              onInput={(event) => {
                words.value = event.currentTarget.value;
              }}
            />
          )}
        </Field>
        <FormEnd sending={sending} action={t(`alerts.act.${kind}`)} close={close} />
      </form>
    </Dialog>
  );
}

function actionOf(kind: Kind, text: string, minutes: number, level: AlertAnswer['level']): Action {
  if (kind === 'note') return { kind, body: { text } };
  if (kind === 'shelve') return { kind, body: { minutes, reason: text } };
  if (kind === 'correct') return { kind, body: { level, reason: text } };
  if (kind === 'retract') return { kind, body: { reason: text } };
  return { kind, body: text === '' ? {} : { note: text } };
}
