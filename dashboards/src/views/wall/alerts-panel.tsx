/** What needs a hand now: not acknowledged first, then worst, then newest. */
import { computed } from '@preact/signals';
import type { AlertAnswer } from '../../../../devices/wire/api.ts';
import { local, t } from '../../i18n.ts';
import { isUnacknowledged } from '../../merge.ts';
import { Age } from '../../parts/age.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notices.tsx';
import { againstLimit, conditionName } from '../../say.ts';
import { alertList } from '../../state.ts';
import { FitList } from './fit-list.tsx';
import { Panel } from './panel.tsx';

export const waiting = computed(() => alertList.value.filter(isUnacknowledged));

export function AlertsPanel() {
  const all = alertList.value;
  return (
    <Panel
      name="alerts"
      title={t('wall.alerts')}
      note={all.length > 0 && t('wall.alertsNote', { waiting: waiting.value.length, all: all.length })}
    >
      {all.length === 0 ? (
        <Notice icon="ok" title={t('wall.calm')} text={t('wall.calmText')} />
      ) : (
        <FitList items={all} keyOf={({ id }) => id} label={t('wall.alerts')}>
          {(alert) => <Row alert={alert} />}
        </FitList>
      )}
    </Panel>
  );
}

const against = (alert: AlertAnswer): string | null =>
  alert.about ? t(`alert.silentText.${alert.about.kind}`) : againstLimit(alert);

function Row({ alert }: { alert: AlertAnswer }) {
  const open = isUnacknowledged(alert);
  return (
    <article class={`wall-alert wall-${alert.level}${open ? ' is-open' : ''}`}>
      <span class="wall-level">
        <Icon name={alert.level} weight={2.4} />
        <span class="unseen">{t(`level.${alert.level}`)}</span>
      </span>
      <p class="wall-alert-what">
        <strong>{conditionName(alert)}</strong>
        <bdi title={local(alert.station_name)}>{local(alert.station_name)}</bdi>
      </p>
      <p class="wall-alert-when">
        <Age at={alert.opened_at} />
        {!open && (
          <span class="wall-taken">
            <Icon name="check" weight={2.6} />
            {t('wall.taken')}
          </span>
        )}
      </p>
      <p class="wall-alert-why">
        <span class={`text-${alert.level}`}>{t(`level.${alert.level}`)}</span> {against(alert)}
      </p>
    </article>
  );
}
