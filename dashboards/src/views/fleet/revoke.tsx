/** Throwing an edge out: with a reason, and with its name typed, since it cannot be taken back. */

import { useSignal } from '@preact/signals';
import { t } from '../../i18n.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { FormFault } from '../../parts/form-end.tsx';
import { useSend } from '../../use-send.ts';
import { revoke } from './calls.ts';

export function RevokeDialog({ edge, close }: { edge: string; close: () => void }) {
  const typed = useSignal('');
  const reason = useSignal('');
  const done = useSignal<{ revoked: number; password: boolean } | null>(null);
  const sending = useSend();
  const ready = typed.value.trim() === edge && reason.value.trim() !== '';
  const send = (): void => {
    if (!ready) return;
    void sending.send(async () => {
      done.value = await revoke(edge, reason.peek().trim());
    });
  };
  return (
    <Dialog title={t('fleet.revoke.of', { edge })} close={close}>
      {done.value !== null ? (
        <div class="form">
          <p role="status">
            {t('fleet.revoke.done', { n: done.value.revoked })}
            {done.value.password && ` ${t('fleet.revoke.password')}`}
          </p>
          <div class="form-actions">
            <button type="button" class="button" onClick={close}>
              {t('app.close')}
            </button>
          </div>
        </div>
      ) : (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          <p>{t('fleet.revoke.text')}</p>
          <Field label={t('fleet.reason')}>
            {(attributes) => (
              <input
                {...attributes}
                dir="auto"
                maxLength={500}
                value={reason.value}
                onInput={(event) => {
                  reason.value = event.currentTarget.value;
                }}
              />
            )}
          </Field>
          <Field label={t('fleet.revoke.type', { edge })}>
            {(attributes) => (
              <input
                {...attributes}
                autocomplete="off"
                autocapitalize="none"
                spellcheck={false}
                maxLength={63}
                value={typed.value}
                onInput={(event) => {
                  typed.value = event.currentTarget.value;
                }}
              />
            )}
          </Field>
          <FormFault fault={sending.fault.value} />
          <div class="form-actions">
            <button type="button" class="button" onClick={close}>
              {t('app.cancel')}
            </button>
            <button
              type="submit"
              class="button button-danger"
              disabled={!ready}
              aria-disabled={sending.busy.value || undefined}
            >
              {sending.busy.value ? t('send.busy') : t('fleet.revoke.button')}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
