/** The stations that pass the filters, by kind, in an order that stands still: values change, places do not. */
import { computed } from '@preact/signals';
import { formatCount } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { isPlaced } from '../../map/place.ts';
import { Icon } from '../../parts/icon.tsx';
import { LongList } from '../../parts/long-list.tsx';
import { Notice, Skeleton } from '../../parts/notices.tsx';
import { StationCard } from '../../parts/station-card.tsx';
import { choose } from '../../route.ts';
import { loaded, stations } from '../../state.ts';
import { KINDS } from './filter.ts';
import { resetFilter } from './filter-bar.tsx';
import { listed, onlySeen, shownStations } from './shown.ts';

/** Of a station in the list, px: until it was drawn. */
const ABOUT = 122;

const say = (count: number): string => formatCount(count, language.value);

const groups = computed(() => {
  const byKind = Map.groupBy(listed.value, ({ kind }) => kind);
  return KINDS.map((kind) => ({ kind, members: byKind.get(kind) ?? [] })).filter(
    ({ members }) => members.length > 0,
  );
});

const unplaced = computed(() => shownStations.value.filter((station) => !isPlaced(station)).length);

export function Stations({ chosen }: { chosen: string | null }) {
  return (
    <section class="stations" aria-labelledby="stations-title">
      <header class="list-head">
        <h2 id="stations-title">{t('station.list')}</h2>
        {stations.value.size > 0 && <span class="count">{say(listed.value.length)}</span>}
        {stations.value.size > 0 && (
          <button
            type="button"
            class="chip list-follow"
            aria-pressed={onlySeen.value}
            onClick={() => choose({ seen: onlySeen.value ? '' : '1' })}
          >
            <Icon name="map" size={16} />
            {t('filter.seen')}
          </button>
        )}
      </header>
      <Content />
      {groups.value.map(({ kind, members }) => (
        <section key={kind} aria-labelledby={`kind-${kind}`}>
          <h3 class="group" id={`kind-${kind}`}>
            {t(`kind.${kind}`)}
            <span class="count">{say(members.length)}</span>
          </h3>
          <LongList
            class="station-list"
            within=".stations"
            items={members}
            keyOf={({ id }) => id}
            about={ABOUT}
          >
            {(station) => <StationCard station={station} chosen={station.id === chosen} />}
          </LongList>
        </section>
      ))}
    </section>
  );
}

/** What is said instead of stations, or about them. */
function Content() {
  if (loaded.value !== 'ready') return <Skeleton lines={8} />;
  if (stations.value.size === 0)
    return <Notice icon="map" title={t('station.empty')} text={t('station.emptyText')} />;
  if (shownStations.value.length === 0)
    return (
      <Notice icon="search" title={t('filter.none')} text={t('filter.noneText')}>
        <button type="button" class="button" onClick={resetFilter}>
          {t('filter.reset')}
        </button>
      </Notice>
    );
  if (listed.value.length === 0)
    return (
      <Notice icon="map" title={t('filter.noneSeen')} text={t('filter.noneSeenText')}>
        <button type="button" class="button" onClick={() => choose({ seen: '' })}>
          {t('filter.all')}
        </button>
      </Notice>
    );
  if (unplaced.value === 0 || onlySeen.value) return null;
  return (
    <p class="list-hint">
      <Icon name="info" size={16} />
      {t('filter.unplaced', { n: unplaced.value })}
    </p>
  );
}
