/** A new machine account, or a new password of one that is there; the password is told once. */

import { useSignal } from '@preact/signals';
import { t } from '../../i18n.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { FormEnd } from '../../parts/form-end.tsx';
import { useSend } from '../../use-send.ts';
import { type Device, type DeviceKind, putDevice } from './calls.ts';
import { deviceNameFault } from './rules.ts';
import { SecretOnce } from './secret-once.tsx';

const KINDS: readonly DeviceKind[] = ['edge', 'flows', 'subscriber'];

interface NewDeviceProps {
  /** Absent: a new one. */
  readonly device?: Device;
  readonly close: () => void;
  readonly changed: () => void;
}

export function NewDevice({ device, close, changed }: NewDeviceProps) {
  const name = useSignal(device?.name ?? '');
  const kind = useSignal<DeviceKind>(device?.kind ?? 'edge');
  const made = useSignal<string | null>(null);
  const { busy, fault, send } = useSend();
  const wrong = deviceNameFault(name.value.trim());
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const typed = name.value.trim();
    if (typed === '' || wrong !== null) return;
    const sent = await send(async () => {
      made.value = (await putDevice(typed, kind.value)).password;
    });
    if (sent) changed();
  };
  const title = device ? t('users.newSecretOf', { name: device.name }) : t('users.addDevice');
  return (
    <Dialog title={title} close={close}>
      {made.value !== null ? (
        <SecretOnce
          label={t('users.secretOf', { name: name.value.trim() })}
          secret={made.value}
          text={t(`users.secretText.${kind.value}`)}
          done={close}
        />
      ) : (
        <form class="form" onSubmit={submit}>
          {device ? (
            <p>{t('users.newSecretText')}</p>
          ) : (
            <>
              <Field label={t('users.deviceName')} hint={t('users.deviceNameRule')} fault={wrong && t(wrong)}>
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
              <Field label={t('users.deviceKind')} hint={t(`users.kindText.${kind.value}`)}>
                {(attributes) => (
                  <select
                    {...attributes}
                    value={kind.value}
                    onChange={(event) => {
                      kind.value = KINDS.find((one) => one === event.currentTarget.value) ?? kind.value;
                    }}
                  >
                    {KINDS.map((one) => (
                      <option key={one} value={one}>
                        {t(`users.kind.${one}`)}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
              <p class="field-hint">{t('users.addDeviceHint')}</p>
            </>
          )}
          <FormEnd
            sending={{ busy, fault }}
            action={device ? t('users.newSecret') : t('users.addDevice')}
            close={close}
          />
        </form>
      )}
    </Dialog>
  );
}
