/** Machine accounts of the broker: edges with passwords, the flows, subscribers of SensorThings. */
import { useSignal } from '@preact/signals';
import { now } from '../../clock.ts';
import { formatMoment } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { Age } from '../../parts/age.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { useAnswer } from '../../use-answer.ts';
import { type Device, devices, removeDevice } from './calls.ts';
import { NewDevice } from './new-device.tsx';
import { TypedConfirm } from './typed-confirm.tsx';

type Doing = { readonly kind: 'add' } | { readonly kind: 'renew' | 'remove'; readonly device: Device } | null;

export function Devices() {
  const asked = useAnswer(devices, [], 60_000);
  const doing = useSignal<Doing>(null);
  const close = (): void => {
    doing.value = null;
  };
  return (
    <div>
      <div class="section-head users-head">
        <h3 class="unseen">{t('users.tab.devices')}</h3>
        <p class="page-lead users-lead">{t('users.devicesLead')}</p>
        <button type="button" class="button button-strong" onClick={() => (doing.value = { kind: 'add' })}>
          <Icon name="plus" size={16} />
          {t('users.addDevice')}
        </button>
      </div>
      <Shown asked={asked} lines={6}>
        {(all) =>
          all.length === 0 ? (
            <Notice icon="fleet" title={t('users.noDevices')} text={t('users.noDevicesText')} />
          ) : (
            <DeviceTable
              all={all}
              renew={(device) => (doing.value = { kind: 'renew', device })}
              remove={(device) => (doing.value = { kind: 'remove', device })}
            />
          )
        }
      </Shown>
      <Doings
        doing={doing.value}
        close={close}
        done={() => {
          close();
          asked.again();
        }}
        changed={asked.again}
      />
    </div>
  );
}

interface DoingsProps {
  readonly doing: Doing;
  readonly close: () => void;
  readonly done: () => void;
  readonly changed: () => void;
}

function Doings({ doing, close, done, changed }: DoingsProps) {
  if (doing === null) return null;
  if (doing.kind === 'add') return <NewDevice close={close} changed={changed} />;
  const { device } = doing;
  if (doing.kind === 'renew') return <NewDevice device={device} close={close} changed={changed} />;
  return (
    <TypedConfirm
      title={t('users.removeName', { name: device.name })}
      text={t('users.removeDeviceText')}
      name={device.name}
      action={t('users.removeDevice')}
      work={() => removeDevice(device.name)}
      done={done}
      close={close}
    />
  );
}

interface DeviceTableProps {
  readonly all: readonly Device[];
  readonly renew: (device: Device) => void;
  readonly remove: (device: Device) => void;
}

function DeviceTable({ all, renew, remove }: DeviceTableProps) {
  return (
    <section class="table-box" aria-label={t('users.tab.devices')}>
      <table class="table stack-table">
        <thead>
          <tr>
            <th scope="col">{t('users.deviceName')}</th>
            <th scope="col">{t('users.deviceKind')}</th>
            <th scope="col">{t('users.added.short')}</th>
            <th scope="col">{t('users.seen')}</th>
            <th scope="col">
              <span class="unseen">{t('users.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {all.map((device) => (
            <tr key={device.name}>
              <th scope="row">
                <bdi class="cut">{device.name}</bdi>
              </th>
              <td data-name={t('users.deviceKind')}>{t(`users.kind.${device.kind}`)}</td>
              <td data-name={t('users.added.short')}>
                {formatMoment(device.created_at, now.value, language.value)}
              </td>
              <td data-name={t('users.seen')}>
                {device.seen_at === null ? t('users.never') : <Age at={device.seen_at} />}
              </td>
              <td class="table-act">
                <button
                  type="button"
                  class="button"
                  aria-label={t('users.newSecretOf', { name: device.name })}
                  onClick={() => renew(device)}
                >
                  {t('users.newSecret')}
                </button>
                <button
                  type="button"
                  class="button-icon"
                  aria-label={t('users.removeName', { name: device.name })}
                  onClick={() => remove(device)}
                >
                  <Icon name="trash" size={18} />
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
