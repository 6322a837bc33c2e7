/** Alerts and stations beside the map, and a station in short: on a desk beside each other, on a phone one at a time. */
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n.ts';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notices.tsx';
import { hrefOf, type Query } from '../../route.ts';
import { loaded, reconnect, stations } from '../../state.ts';
import type { ViewProps } from '../views.ts';
import { Alerts } from './alerts.tsx';
import { ChosenStation } from './chosen-station.tsx';
import { FilterBar } from './filter-bar.tsx';
import { MapView } from './map.tsx';
import { seenArea, shownStations } from './shown.ts';
import { Stations } from './stations.tsx';

/** What the stations are chosen by, as one text. */
const choiceOf = ({ area = '', kind = '', state = '', q = '' }: Query): string =>
  JSON.stringify([area, kind, state, q]);

/** Why the map shows no station. */
function noteOf(): string | null {
  if (loaded.value !== 'ready' || shownStations.value.length > 0) return null;
  return t(stations.value.size === 0 ? 'station.empty' : 'filter.none');
}

export default function Overview({ path, query }: ViewProps) {
  const chosen = path[0] ?? null;
  const onPhone = query.show === 'list' ? 'stations' : 'map';
  useEffect(
    () => () => {
      seenArea.value = null;
    },
    [],
  );
  if (loaded.value === 'failed') {
    return (
      <main class="alone" tabIndex={-1}>
        <Notice icon="silent" title={t('load.failed')} text={t('load.failedText')}>
          <button type="button" class="button" onClick={() => reconnect.value()}>
            {t('app.retry')}
          </button>
        </Notice>
      </main>
    );
  }
  return (
    <main tabIndex={-1} class={`board board-${chosen === null ? onPhone : 'station'}`}>
      <FilterBar />
      <div class="lists">
        <Alerts />
        <Stations chosen={chosen} />
      </div>
      <MapView
        chosen={chosen}
        shown={shownStations.value}
        choice={choiceOf(query)}
        note={noteOf()}
        moved={(area) => {
          seenArea.value = area;
        }}
      />
      {chosen !== null && <ChosenStation id={chosen} query={query} />}
      {chosen === null && <ShowSwitch shown={onPhone} query={query} />}
    </main>
  );
}

const SHOWS: ReadonlyArray<{ show: '' | 'list'; id: 'map' | 'stations'; icon: IconName }> = [
  { show: '', id: 'map', icon: 'map' },
  { show: 'list', id: 'stations', icon: 'list' },
];

/** Seen on a phone only, where one of the two has the whole screen. */
function ShowSwitch({ shown, query }: { shown: 'map' | 'stations'; query: Query }) {
  return (
    <nav class="board-switch" aria-label={t('overview.show')}>
      {SHOWS.map(({ show, id, icon }) => (
        <a
          key={id}
          href={hrefOf('overview', [], { ...query, show })}
          aria-current={shown === id ? 'page' : undefined}
        >
          <Icon name={icon} size={18} />
          {t(`overview.${id}`)}
        </a>
      ))}
    </nav>
  );
}
