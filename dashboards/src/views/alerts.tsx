/** The open alerts: what needs a hand first. */
import { t } from '../i18n.ts';
import { isUnacknowledged } from '../merge.ts';
import { AlertCard } from '../parts/alert-card.tsx';
import { Notice, Skeleton } from '../parts/notices.tsx';
import { alertList, loaded } from '../state.ts';

export function Alerts() {
  const alerts = alertList.value;
  const waiting = alerts.filter(isUnacknowledged).length;
  return (
    <section class="alerts" aria-labelledby="alerts-title">
      <header class="list-head">
        <h2 id="alerts-title">{t('alert.list')}</h2>
        {alerts.length > 0 && <span class="count">{alerts.length}</span>}
        {waiting > 0 && <span class="list-note">{t('alert.unacknowledged', { n: waiting })}</span>}
      </header>
      {loaded.value !== 'ready' && <Skeleton lines={3} />}
      {loaded.value === 'ready' && alerts.length === 0 && (
        <Notice icon="ok" title={t('alert.empty')} text={t('alert.emptyText')} />
      )}
      <ul class="alert-list">
        {alerts.map((alert) => (
          <li key={alert.id}>
            <AlertCard alert={alert} />
          </li>
        ))}
      </ul>
    </section>
  );
}
