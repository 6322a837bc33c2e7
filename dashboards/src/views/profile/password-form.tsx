/** Another password for oneself; all other sessions end with it. */

import { useSignal } from '@preact/signals';
import { t } from '../../i18n.ts';
import { Field } from '../../parts/field.tsx';
import { FormFault } from '../../parts/form-end.tsx';
import { Icon } from '../../parts/icon.tsx';
import type { TextKey } from '../../texts/texts.ts';
import { useSend } from '../../use-send.ts';
import { saying } from '../users/calls.ts';
import { passwordFault } from '../users/rules.ts';
import { changePassword } from './calls.ts';

const REFUSALS = { 403: 'profile.oldWrong', 400: 'users.passwordRefused', 429: 'login.tooMany' } as const;

export function PasswordForm({ name }: { name: string }) {
  const old = useSignal('');
  const wanted = useSignal('');
  const again = useSignal('');
  const done = useSignal(false);
  const { busy, fault, send } = useSend();
  const wrong = passwordFault(wanted.value);
  const differs: TextKey | null =
    again.value !== '' && again.value !== wanted.value ? 'profile.againWrong' : null;
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (wrong !== null || again.value !== wanted.value || old.value === '' || wanted.value === '') return;
    done.value = await send(() => saying(REFUSALS, () => changePassword(old.value, wanted.value)));
    if (done.value) for (const field of [old, wanted, again]) field.value = '';
  };
  return (
    <form class="form" onSubmit={submit}>
      {/* Tells a password manager whose it is. */}
      <input
        class="unseen"
        type="text"
        autocomplete="username"
        value={name}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <Password label={t('profile.old')} value={old} autocomplete="current-password" />
      <Password
        label={t('users.newPassword')}
        value={wanted}
        hint={t('users.passwordRule')}
        fault={wrong && t(wrong)}
      />
      <Password label={t('profile.again')} value={again} fault={differs && t(differs)} />
      <FormFault fault={fault.value} />
      <div class="form-actions">
        <span class="secret-said" role="status">
          {done.value && (
            <>
              <Icon name="check" size={16} /> {t('profile.passwordDone')}
            </>
          )}
        </span>
        <button type="submit" class="button button-strong" aria-disabled={busy.value}>
          {t(busy.value ? 'send.busy' : 'profile.change')}
        </button>
      </div>
    </form>
  );
}

interface PasswordProps {
  readonly label: string;
  readonly value: { value: string };
  readonly hint?: string;
  readonly fault?: string | null;
  readonly autocomplete?: 'current-password' | 'new-password';
}

function Password({ label, value, hint, fault, autocomplete = 'new-password' }: PasswordProps) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(attributes) => (
        <input
          {...attributes}
          type="password"
          value={value.value}
          required
          autocomplete={autocomplete}
          onInput={(event) => {
            value.value = event.currentTarget.value;
          }}
        />
      )}
    </Field>
  );
}
