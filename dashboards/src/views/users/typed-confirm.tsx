/** What cannot be undone is done only after its name was typed. */

import { useSignal } from '@preact/signals';
import { t } from '../../i18n.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { FormFault } from '../../parts/form-end.tsx';
import { useSend } from '../../use-send.ts';

interface TypedConfirmProps {
  readonly title: string;
  readonly text: string;
  /** What must be typed. */
  readonly name: string;
  readonly action: string;
  readonly work: () => Promise<unknown>;
  readonly done: () => void;
  readonly close: () => void;
}

export function TypedConfirm({ title, text, name, action, work, done, close }: TypedConfirmProps) {
  const typed = useSignal('');
  const { busy, fault, send } = useSend();
  const matches = typed.value.trim().normalize('NFC') === name;
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (matches && (await send(work))) done();
  };
  return (
    <Dialog title={title} close={close}>
      <form class="form" onSubmit={submit}>
        <p>{text}</p>
        <Field label={t('users.typeName', { name })}>
          {(attributes) => (
            <input
              {...attributes}
              value={typed.value}
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              onInput={(event) => {
                typed.value = event.currentTarget.value;
              }}
            />
          )}
        </Field>
        <FormFault fault={fault.value} />
        <div class="form-actions">
          <button type="button" class="button" onClick={close}>
            {t('app.cancel')}
          </button>
          <button type="submit" class="button button-danger" disabled={!matches} aria-disabled={busy.value}>
            {busy.value ? t('send.busy') : action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
