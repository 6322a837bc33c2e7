/** When one is told of alerts, and by what: hours can be set here, channels are an admin's. */

import { useSignal } from '@preact/signals';
import type { Duty, OwnDuty } from '../../../../devices/wire/notify.ts';
import { channelName } from '../../channel-name.ts';
import { t, texts } from '../../i18n.ts';
import { Choice } from '../../parts/choice.tsx';
import { Field } from '../../parts/field.tsx';
import { FormFault } from '../../parts/form-end.tsx';
import { Icon } from '../../parts/icon.tsx';
import { PushSwitch } from '../../parts/push-switch.tsx';
import { Shown } from '../../parts/shown.tsx';
import { useAnswer } from '../../use-answer.ts';
import { useSend } from '../../use-send.ts';
import { ownDuty, setDuty } from './calls.ts';
import { DAYS, endsNextDay, FIRST_DUTY, isDuty, withDay } from './duty.ts';
import { ProfileCard } from './profile-card.tsx';

export function DutyCard() {
  const asked = useAnswer(ownDuty, []);
  return (
    <ProfileCard title={t('profile.duty')}>
      <PushSwitch />
      <Shown asked={asked} lines={4}>
        {(person) =>
          person === null ? (
            <p class="field-hint">{t('phone.push.nobody')}</p>
          ) : (
            <Person key={JSON.stringify(person)} person={person} changed={asked.again} />
          )
        }
      </Shown>
    </ProfileCard>
  );
}

function Person({ person, changed }: { person: OwnDuty; changed: () => void }) {
  return (
    <>
      {!person.enabled && (
        <p class="secret-once-warning">
          <Icon name="warning" size={18} />
          <span>{t('profile.disabled')}</span>
        </p>
      )}
      <p>
        {t('profile.toldAs')} <bdi>{person.name}</bdi>
      </p>
      {person.channels.length === 0 ? (
        <p class="field-hint">{t('profile.noChannels')}</p>
      ) : (
        <ol class="user-channels" aria-label={t('profile.channels')}>
          {person.channels.map(({ kind, address }) => (
            <li key={`${kind} ${address}`}>
              <strong>{channelName(kind, texts())}</strong>
              {address !== undefined && <bdi class="channel-address">{address}</bdi>}
            </li>
          ))}
        </ol>
      )}
      <DutyForm person={person} changed={changed} />
    </>
  );
}

function DutyForm({ person, changed }: { person: OwnDuty; changed: () => void }) {
  const hours = useSignal<readonly Duty[] | null>(person.duty ?? null);
  const { busy, fault, send } = useSend();
  const value = hours.value;
  const same = JSON.stringify(value) === JSON.stringify(person.duty ?? null);
  const whole = value === null || (value.length > 0 && value.every(isDuty));
  const replace = (index: number, next: Duty | null): void => {
    hours.value = (value ?? []).flatMap((one, place) => (place === index ? (next ?? []) : one));
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!same && whole && (await send(() => setDuty(value)))) changed();
  };
  return (
    <form class="form" onSubmit={submit}>
      <Choice
        label={t('profile.when')}
        options={[
          { value: 'always', name: t('profile.always') },
          { value: 'hours', name: t('profile.hours') },
        ]}
        value={value === null ? 'always' : 'hours'}
        choose={(kind) => {
          hours.value = kind === 'always' ? null : (person.duty ?? [FIRST_DUTY]);
        }}
      />
      {value?.map((duty, index) => (
        <DutyRow key={index} duty={duty} change={(next) => replace(index, next)} />
      ))}
      {value !== null && (
        <button type="button" class="button" onClick={() => (hours.value = [...value, FIRST_DUTY])}>
          <Icon name="plus" size={16} />
          {t('profile.addHours')}
        </button>
      )}
      {value?.length === 0 && <p class="field-fault">{t('profile.someHours')}</p>}
      <FormFault fault={fault.value} />
      {!same && (
        <div class="form-actions">
          <button type="submit" class="button button-strong" disabled={!whole} aria-disabled={busy.value}>
            {t(busy.value ? 'send.busy' : 'app.save')}
          </button>
        </div>
      )}
      <p class="field-hint">{t('profile.dutyText')}</p>
    </form>
  );
}

function DutyRow({ duty, change }: { duty: Duty; change: (next: Duty | null) => void }) {
  return (
    <fieldset class="duty-row" aria-label={t('profile.hours')}>
      <div class="duty-days">
        {DAYS.map((day) => (
          <label key={day} class="duty-day">
            <input
              type="checkbox"
              checked={duty.days.includes(day)}
              onChange={(event) => change(withDay(duty, day, event.currentTarget.checked))}
            />
            <span>{t(`profile.day.${day}`)}</span>
          </label>
        ))}
      </div>
      <div class="duty-times">
        <Field label={t('profile.from')}>
          {(attributes) => (
            <input
              {...attributes}
              type="time"
              required
              value={duty.from}
              onChange={(event) => change({ ...duty, from: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label={t('profile.to')} hint={endsNextDay(duty) ? t('profile.nextDay') : ''}>
          {(attributes) => (
            <input
              {...attributes}
              type="time"
              required
              value={duty.to}
              onChange={(event) => change({ ...duty, to: event.currentTarget.value })}
            />
          )}
        </Field>
        <button
          type="button"
          class="button-icon"
          aria-label={t('profile.removeHours')}
          onClick={() => change(null)}
        >
          <Icon name="trash" size={18} />
        </button>
      </div>
      {duty.days.length === 0 && <p class="field-fault">{t('profile.someDay')}</p>}
    </fieldset>
  );
}
