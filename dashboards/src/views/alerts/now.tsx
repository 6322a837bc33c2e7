/** What is open now: first what nobody has taken, then what somebody is at. */
import type { AlertAnswer } from '../../../../devices/wire/api.ts';
import { t } from '../../i18n.ts';
import { isUnacknowledged } from '../../merge.ts';
import { AlertCard } from '../../parts/alert-card.tsx';
import { Notice, Skeleton } from '../../parts/notices.tsx';
import { QueueList } from '../../parts/queue-list.tsx';
import { alertList, loaded } from '../../state.ts';

export function Now() {
  if (loaded.value === 'failed')
    return <Notice icon="silent" title={t('load.failed')} text={t('load.failedText')} />;
  if (loaded.value !== 'ready') return <Skeleton lines={5} />;
  const waiting = alertList.value.filter(isUnacknowledged);
  const taken = alertList.value.filter((alert) => !isUnacknowledged(alert));
  return (
    <>
      <QueueList />
      {alertList.value.length === 0 && (
        <Notice icon="ok" title={t('alerts.calm')} text={t('alerts.calmText')} />
      )}
      {alertList.value.length > 0 && waiting.length === 0 && (
        <p class="all-taken" role="status">
          {t('alerts.allTaken')}
        </p>
      )}
      <Group id="waiting" title={t('alerts.waiting')} alerts={waiting} />
      <Group id="taken" title={t('alerts.taken')} alerts={taken} />
    </>
  );
}

interface GroupProps {
  readonly id: string;
  readonly title: string;
  readonly alerts: readonly AlertAnswer[];
}

function Group({ id, title, alerts }: GroupProps) {
  if (alerts.length === 0) return null;
  return (
    <section class="section now-group" aria-labelledby={`${id}-title`}>
      <header class="section-head">
        <h3 id={`${id}-title`}>{title}</h3>
        <span class="count">{alerts.length}</span>
      </header>
      <ul class="now-list">
        {alerts.map((alert) => (
          <li key={alert.id}>
            <AlertCard alert={alert} />
          </li>
        ))}
      </ul>
    </section>
  );
}
