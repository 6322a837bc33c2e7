/** All stations by kind, in an order that stands still: values change, places do not. */
import { computed } from '@preact/signals';
import type { StationAnswer } from '../../../devices/wire/api.ts';
import { language, local, t } from '../i18n.ts';
import { Notice, Skeleton } from '../parts/notices.tsx';
import { StationCard } from '../parts/station-card.tsx';
import { loaded, stations } from '../state.ts';

const KINDS: readonly StationAnswer['kind'][] = ['air', 'water', 'weather', 'fire', 'traffic'];

const groups = computed(() => {
  const order = new Intl.Collator(language.value, { numeric: true });
  return KINDS.map((kind) => ({
    kind,
    members: [...stations.value.values()]
      .filter((station) => station.kind === kind)
      .sort((a, b) => order.compare(local(a.name), local(b.name)) || order.compare(a.id, b.id)),
  })).filter(({ members }) => members.length > 0);
});

export function Stations({ chosen }: { chosen: string | null }) {
  return (
    <section class="stations" aria-labelledby="stations-title">
      <header class="list-head">
        <h2 id="stations-title">{t('station.list')}</h2>
        {stations.value.size > 0 && <span class="count">{stations.value.size}</span>}
      </header>
      {loaded.value !== 'ready' && <Skeleton lines={8} />}
      {loaded.value === 'ready' && stations.value.size === 0 && (
        <Notice icon="map" title={t('station.empty')} text={t('station.emptyText')} />
      )}
      {groups.value.map(({ kind, members }) => (
        <section key={kind} aria-labelledby={`kind-${kind}`}>
          <h3 class="group" id={`kind-${kind}`}>
            {t(`kind.${kind}`)}
            <span class="count">{members.length}</span>
          </h3>
          <ul class="station-list">
            {members.map((station) => (
              <li key={station.id}>
                <StationCard station={station} chosen={station.id === chosen} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </section>
  );
}
