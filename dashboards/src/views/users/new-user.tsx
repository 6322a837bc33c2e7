/** A new user: name, role, areas, and a password that is made here or chosen. */

import { useSignal } from '@preact/signals';
import { t } from '../../i18n.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { FormEnd } from '../../parts/form-end.tsx';
import { useSend } from '../../use-send.ts';
import { addUser } from './calls.ts';
import { PasswordField } from './password-field.tsx';
import { isWhole, type Rights, RightsFields } from './rights-fields.tsx';
import { passwordFault, userNameFault } from './rules.ts';
import { SecretOnce } from './secret-once.tsx';

interface NewUserProps {
  readonly close: () => void;
  readonly added: () => void;
}

export function NewUser({ close, added }: NewUserProps) {
  const name = useSignal('');
  const rights = useSignal<Rights>({ role: 'viewer', areas: null });
  const password = useSignal<string | null>(null);
  const made = useSignal<string | null>(null);
  const { busy, fault, send } = useSend();
  const wrong = userNameFault(name.value.trim());

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const [typed, chosen] = [name.value.trim(), password.value];
    if (typed === '' || wrong !== null || !isWhole(rights.value)) return;
    if (chosen !== null && (chosen === '' || passwordFault(chosen) !== null)) return;
    let secret: string | null = null;
    const sent = await send(async () => {
      const answer = await addUser({
        name: typed,
        ...rights.value,
        ...(chosen !== null && { password: chosen }),
      });
      secret = answer.password;
    });
    if (!sent) return;
    added();
    if (secret === null) close();
    else made.value = secret;
  };

  if (made.value !== null)
    return (
      <Dialog title={t('users.added', { name: name.value.trim() })} close={close}>
        <SecretOnce
          label={t('users.firstPassword')}
          secret={made.value}
          text={t('users.firstPasswordText', { name: name.value.trim() })}
          done={close}
        />
      </Dialog>
    );
  return (
    <Dialog title={t('users.add')} close={close}>
      <form class="form" onSubmit={submit}>
        <Field label={t('users.name')} hint={t('users.nameRule')} fault={wrong && t(wrong)}>
          {(attributes) => (
            <input
              {...attributes}
              value={name.value}
              required
              maxLength={63}
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              onInput={(event) => {
                name.value = event.currentTarget.value;
              }}
            />
          )}
        </Field>
        <RightsFields
          value={rights.value}
          change={(value) => {
            rights.value = value;
          }}
        />
        <PasswordField
          value={password.value}
          change={(value) => {
            password.value = value;
          }}
        />
        <FormEnd sending={{ busy, fault }} action={t('users.add')} close={close} />
      </form>
    </Dialog>
  );
}
