/** A new API token: what it is for, what it may at most, until when. It is told once. */

import { useSignal } from '@preact/signals';
import type { Profile } from '../../../../devices/wire/users.ts';
import { t } from '../../i18n.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { FormEnd } from '../../parts/form-end.tsx';
import { useSend } from '../../use-send.ts';
import { saying } from '../users/calls.ts';
import { isWhole, type Rights, RightsFields } from '../users/rights-fields.tsx';
import { SecretOnce } from '../users/secret-once.tsx';
import { issueToken } from './calls.ts';

const MOST_DAYS = 365;
const MOST_LABEL = 100;

interface NewTokenProps {
  readonly profile: Profile;
  readonly close: () => void;
  readonly issued: () => void;
}

export function NewToken({ profile, close, issued }: NewTokenProps) {
  const label = useSignal('');
  const days = useSignal('90');
  // The least that may be enough: whoever needs more says so.
  const rights = useSignal<Rights>({ role: 'viewer', areas: profile.areas });
  const token = useSignal<string | null>(null);
  const { busy, fault, send } = useSend();
  const count = Number(days.value);
  const wrongDays =
    Number.isInteger(count) && count >= 1 && count <= MOST_DAYS ? null : t('profile.daysRule');
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (label.value.trim() === '' || wrongDays !== null || !isWhole(rights.value)) return;
    const { role, areas } = rights.value;
    const sent = await send(() =>
      saying({ 409: 'profile.tooManyTokens' }, async () => {
        token.value = (
          await issueToken({ label: label.value.trim(), role, areas: areas && [...areas], days: count })
        ).token;
      }),
    );
    if (sent) issued();
  };
  return (
    <Dialog title={t('profile.newToken')} close={close}>
      {token.value !== null ? (
        <SecretOnce
          label={label.value.trim()}
          secret={token.value}
          text={t('profile.tokenText')}
          done={close}
        />
      ) : (
        <form class="form" onSubmit={submit}>
          <Field label={t('users.tokenLabel')} hint={t('profile.labelHint')}>
            {(attributes) => (
              <input
                {...attributes}
                value={label.value}
                required
                maxLength={MOST_LABEL}
                dir="auto"
                autocomplete="off"
                onInput={(event) => {
                  label.value = event.currentTarget.value;
                }}
              />
            )}
          </Field>
          <RightsFields
            value={rights.value}
            most={{ role: profile.role, areas: profile.areas }}
            change={(value) => {
              rights.value = value;
            }}
          />
          <Field label={t('profile.days')} hint={t('profile.daysRule')} fault={wrongDays}>
            {(attributes) => (
              <input
                {...attributes}
                type="number"
                inputMode="numeric"
                min={1}
                max={MOST_DAYS}
                value={days.value}
                onInput={(event) => {
                  days.value = event.currentTarget.value;
                }}
              />
            )}
          </Field>
          <FormEnd sending={{ busy, fault }} action={t('profile.issue')} close={close} />
        </form>
      )}
    </Dialog>
  );
}
