/** Lists, map and station: beside each other on a desk, one at a time on a phone. */
import { t } from '../i18n.ts';
import { isUnacknowledged } from '../merge.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { Notice } from '../parts/notices.tsx';
import { hashOf, lastTab, route, TABS, type Tab } from '../route.ts';
import { alertList, loaded } from '../state.ts';
import { Alerts } from './alerts.tsx';
import { MapView } from './map.tsx';
import { Station } from './station.tsx';
import { Stations } from './stations.tsx';

const TAB_ICONS: Readonly<Record<Tab, IconName>> = { map: 'map', stations: 'list', alerts: 'bell' };

export function Overview({ retry }: { retry: () => void }) {
  const place = route.value;
  const chosen = place.kind === 'station' ? place.id : null;
  if (loaded.value === 'failed') {
    return (
      <main class="alone">
        <Notice icon="silent" title={t('load.failed')} text={t('load.failedText')}>
          <button type="button" class="button" onClick={retry}>
            {t('app.retry')}
          </button>
        </Notice>
      </main>
    );
  }
  return (
    <>
      <main tabIndex={-1} class={`board board-${chosen === null ? lastTab.value : 'station'}`}>
        <div class="lists">
          <Alerts />
          <Stations chosen={chosen} />
        </div>
        <MapView chosen={chosen} />
        {chosen !== null && <Station key={chosen} id={chosen} />}
      </main>
      <Tabs />
    </>
  );
}

function Tabs() {
  const waiting = alertList.value.filter(isUnacknowledged).length;
  return (
    <nav class="tabs" aria-label={t('tab.label')}>
      {TABS.map((tab) => (
        <a
          key={tab}
          href={hashOf({ kind: 'overview', tab })}
          aria-current={lastTab.value === tab ? 'page' : undefined}
        >
          <Icon name={TAB_ICONS[tab]} size={20} />
          {t(`tab.${tab}`)}
          {tab === 'alerts' && waiting > 0 && <span class="tab-badge">{waiting}</span>}
        </a>
      ))}
    </nav>
  );
}
