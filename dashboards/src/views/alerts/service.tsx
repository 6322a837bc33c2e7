/** What people took out of service: what, why, by whom, until when; and how it is put back. */

import { useSignal } from '@preact/signals';
import type { OutOfServiceAnswer } from '../../../../devices/wire/api.ts';
import { mayAct } from '../../actions.ts';
import { now } from '../../clock.ts';
import { formatMoment, parameterName } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { FormFault } from '../../parts/form-end.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { hrefOf } from '../../route.ts';
import { stations } from '../../state.ts';
import { useAnswer } from '../../use-answer.ts';
import { useSend } from '../../use-send.ts';
import { endOfService, outOfService } from './calls.ts';
import { ServiceForm } from './service-form.tsx';

const AGAIN_MS = 60_000;

const moment = (at: number): string => formatMoment(at, now.peek(), language.value);

export function Service() {
  const past = useSignal(false);
  const adding = useSignal(false);
  const state = past.value ? 'all' : 'active';
  const asked = useAnswer((signal) => outOfService(state, signal), [state], AGAIN_MS);
  return (
    <>
      <div class="service-head">
        <p class="page-lead">{t('alerts.service.lead')}</p>
        {mayAct() && (
          <button
            type="button"
            class="button button-strong"
            onClick={() => {
              adding.value = true;
            }}
          >
            <Icon name="plus" size={16} />
            {t('alerts.service.put')}
          </button>
        )}
      </div>
      <Shown asked={asked} lines={4}>
        {(list) =>
          list.length === 0 ? (
            <Notice icon="ok" title={t('alerts.service.empty')} text={t('alerts.service.emptyText')} />
          ) : (
            <ul class="service-list">
              {list.map((entry) => (
                <Entry key={entry.id} entry={entry} changed={asked.again} />
              ))}
            </ul>
          )
        }
      </Shown>
      <label class="service-past">
        <input
          type="checkbox"
          checked={past.value}
          onChange={(event) => {
            past.value = event.currentTarget.checked;
          }}
        />
        {t('alerts.service.past')}
      </label>
      {adding.value && (
        <ServiceForm
          close={() => {
            adding.value = false;
          }}
          done={() => {
            adding.value = false;
            asked.again();
          }}
        />
      )}
    </>
  );
}

function Entry({ entry, changed }: { entry: OutOfServiceAnswer; changed: () => void }) {
  const sending = useSend();
  const { id, station, parameter, by, reason, since, until, ended_at } = entry;
  const known = stations.value.get(station);
  const name = known ? local(known.name) : station;
  const part = parameter === null ? t('alerts.service.whole') : parameterName(parameter, language.value);
  const over = ended_at !== null || (until !== null && until <= now.value);
  const end = async (): Promise<void> => {
    if (await sending.send(() => endOfService(id))) changed();
  };
  return (
    <li class={`card service${over ? ' service-over' : ''}`}>
      <div>
        <p class="service-what">
          <a href={hrefOf('station', [station])} dir="auto">
            {name}
          </a>{' '}
          <span class="tag">{part}</span>
        </p>
        <p class="service-reason" dir="auto">
          {reason}
        </p>
        <p class="service-who">
          {t('alerts.service.by', { who: by, time: moment(since) })}
          {' · '}
          {over
            ? t('alerts.service.ended')
            : until === null
              ? t('alerts.openEnd')
              : t('alerts.service.until', { time: moment(until) })}
        </p>
        <FormFault fault={sending.fault.value} />
      </div>
      {!over && mayAct() && (
        <button
          type="button"
          class="button"
          aria-disabled={sending.busy.value}
          aria-label={t('alerts.service.endOf', { what: `${name}, ${part}` })}
          onClick={end}
        >
          {t('alerts.service.end')}
        </button>
      )}
    </li>
  );
}
