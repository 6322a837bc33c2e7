/** A few words of a person on duty: typed, or one of the usual sentences by one press. */
import { useSignal } from '@preact/signals';
import { t } from '../i18n.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';

/** As the gateway bounds it. */
export const MOST_NOTE = 1000;

interface NoteDialogProps {
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly hint?: string;
  readonly phrases: readonly string[];
  /** undefined: nothing was written. */
  readonly send: (note: string | undefined) => void;
  readonly close: () => void;
}

export function NoteDialog({ title, text, button, hint, phrases, send, close }: NoteDialogProps) {
  const note = useSignal('');
  const submit = (event: Event): void => {
    event.preventDefault();
    const written = note.peek().trim();
    send(written === '' ? undefined : written);
  };
  return (
    <Dialog title={title} close={close}>
      <form class="form" onSubmit={submit}>
        <p class="dialog-about" dir="auto">
          {text}
        </p>
        <Field label={t('alert.note')} hint={hint}>
          {(attributes) => (
            <textarea
              {...attributes}
              maxLength={MOST_NOTE}
              rows={3}
              dir="auto"
              value={note.value}
              onInput={(event) => {
                note.value = event.currentTarget.value;
              }}
            />
          )}
        </Field>
        <fieldset class="phrases" aria-label={t('alert.phrases')}>
          {phrases.map((phrase) => (
            <button
              key={phrase}
              type="button"
              class="button"
              onClick={() => {
                note.value = phrase;
              }}
            >
              {phrase}
            </button>
          ))}
        </fieldset>
        <div class="form-actions">
          <button type="button" class="button" onClick={close}>
            {t('app.cancel')}
          </button>
          <button type="submit" class="button button-strong">
            {button}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
