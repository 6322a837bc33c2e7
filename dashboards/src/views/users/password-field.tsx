/** A password for somebody else: one that the gateway makes, or one that is chosen. */
import { t } from '../../i18n.ts';
import { Choice } from '../../parts/choice.tsx';
import { Field } from '../../parts/field.tsx';
import { passwordFault } from './rules.ts';

interface PasswordFieldProps {
  /** null: the gateway makes one. */
  readonly value: string | null;
  readonly change: (value: string | null) => void;
}

export function PasswordField({ value, change }: PasswordFieldProps) {
  const wrong = value === null ? null : passwordFault(value);
  return (
    <div class="password-choice">
      <span class="field-label">{t('login.password')}</span>
      <Choice
        label={t('login.password')}
        options={[
          { value: 'made', name: t('users.passwordMade') },
          { value: 'chosen', name: t('users.passwordChosen') },
        ]}
        value={value === null ? 'made' : 'chosen'}
        choose={(kind) => change(kind === 'made' ? null : '')}
      />
      {value === null ? (
        <p class="field-hint">{t('users.passwordMadeHint')}</p>
      ) : (
        <Field label={t('users.newPassword')} hint={t('users.passwordRule')} fault={wrong && t(wrong)}>
          {(attributes) => (
            <input
              {...attributes}
              type="password"
              value={value}
              required
              autocomplete="new-password"
              onInput={(event) => change(event.currentTarget.value)}
            />
          )}
        </Field>
      )}
    </div>
  );
}
