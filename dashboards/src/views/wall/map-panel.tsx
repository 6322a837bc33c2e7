/** The map, larger than on a desk, and beside it the stations that are in the worst state. */
import { computed } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { local, t } from '../../i18n.ts';
import { rank, type StationState, WORST_FIRST } from '../../judge.ts';
import { Notice } from '../../parts/notices.tsx';
import { Mark } from '../../parts/station-mark.tsx';
import { epoch, stateOf, stations } from '../../state.ts';
import { MapView } from '../overview/map.tsx';
import { FitList } from './fit-list.tsx';
import { Panel } from './panel.tsx';

interface Judged {
  readonly station: StationAnswer;
  readonly state: StationState;
}

const judged = computed((): Judged[] =>
  [...stations.value.values()].map((station) => ({ station, state: stateOf(station.id).value })),
);

const troubled = computed(() =>
  judged.value
    .filter(({ state }) => state !== 'ok')
    .sort(
      (one, other) =>
        rank(one.state) - rank(other.state) ||
        local(one.station.name).localeCompare(local(other.station.name)),
    ),
);

const counts = computed(() => {
  const found = Map.groupBy(judged.value, ({ state }) => state);
  return WORST_FIRST.flatMap((state) => {
    const count = found.get(state)?.length ?? 0;
    return count === 0 ? [] : [{ state, count }];
  });
});

/** Marks and names of the map are made for a desk: so many times as large they are read across a room. */
const SCALE_AT_1080 = 1.4;
const scaleNow = (): number => Math.max(1, (window.innerHeight / 1080) * SCALE_AT_1080);

function useScale(): number {
  const [scale, setScale] = useState(scaleNow);
  useEffect(() => {
    const follow = (): void => setScale(scaleNow());
    window.addEventListener('resize', follow);
    return () => window.removeEventListener('resize', follow);
  }, []);
  return scale;
}

interface MapPanelProps {
  /** Beside the alerts, or in a corner: the map has all the room, the states are a line below it. */
  readonly bare: boolean;
  /** It is another's turn. */
  readonly hidden: boolean;
}

export function MapPanel({ bare, hidden }: MapPanelProps) {
  const scale = useScale();
  return (
    <Panel
      name={bare ? 'map wall-map-bare' : 'map'}
      hidden={hidden}
      title={t('wall.map')}
      note={t('app.stations', { n: stations.value.size })}
    >
      {/* Nothing in it is for a pointer or the keyboard here: the list beside it says the same. */}
      <div class="wall-map" inert aria-hidden="true">
        <div class="wall-map-scaled" style={{ width: `${100 / scale}%`, height: `${100 / scale}%`, scale }}>
          {/* What did not come while the gateway was away is asked for again. */}
          <MapView key={epoch.value} chosen={null} />
        </div>
      </div>
      <div class="wall-states">
        <ul class="wall-counts" aria-label={t('wall.states')}>
          {counts.value.map(({ state, count }) => (
            <li key={state} class="wall-count">
              <Mark kind="air" state={state} size={24} />
              <strong class="wall-count-number">{count}</strong>
              <span>{t(`state.${state}`)}</span>
            </li>
          ))}
        </ul>
        {stations.value.size === 0 && (
          <Notice icon="map" title={t('station.empty')} text={t('station.emptyText')} />
        )}
        {!bare && stations.value.size > 0 && troubled.value.length === 0 && (
          <Notice icon="ok" title={t('wall.allWell')} />
        )}
        {!bare && troubled.value.length > 0 && <Troubled />}
      </div>
    </Panel>
  );
}

function Troubled() {
  return (
    <FitList items={troubled.value} keyOf={({ station }) => station.id} label={t('wall.troubled')}>
      {({ station, state }) => (
        <p class="wall-station">
          <Mark kind={station.kind} state={state} size={38} />
          <bdi title={local(station.name)}>{local(station.name)}</bdi>
          <span class={`text-${state}`}>{t(`state.${state}`)}</span>
        </p>
      )}
    </FitList>
  );
}
