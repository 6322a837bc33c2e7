/** The open alerts: what needs a hand first. No filter hides them. */
import { t } from '../../i18n.ts';
import { isUnacknowledged } from '../../merge.ts';
import { AlertCard } from '../../parts/alert-card.tsx';
import { LongList } from '../../parts/long-list.tsx';
import { Notice, Skeleton } from '../../parts/notices.tsx';
import { alertList, loaded } from '../../state.ts';

/** Of an alert in the list, px: until it was drawn. */
const ABOUT = 128;

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
      <LongList class="alert-list" within=".alerts" items={alerts} keyOf={({ id }) => id} about={ABOUT}>
        {(alert) => <AlertCard alert={alert} />}
      </LongList>
    </section>
  );
}
