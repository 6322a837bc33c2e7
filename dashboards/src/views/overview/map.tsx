/** The map with its tools, legend and credits. Its code comes after the page, so that the lists need not wait. */
import { computed } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { ABOUT_ID } from '../../frame/about.tsx';
import { language, local, t } from '../../i18n.ts';
import { boundaries, recallBoundaries } from '../../map/boundaries/boundary-store.ts';
import type { Area } from '../../map/place.ts';
import type { StationMap } from '../../map/station-map.ts';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { Legend } from '../../parts/legend.tsx';
import { Skeleton } from '../../parts/notices.tsx';
import { go, route } from '../../route.ts';
import { stations } from '../../state.ts';
import { scheme } from '../../theme.ts';
import { BoundaryDialog } from './boundary-dialog.tsx';

interface MapViewProps {
  readonly chosen: string | null;
  /** Absent: all there are. */
  readonly shown?: readonly StationAnswer[];
  /** What `shown` was chosen by: with another choice the map goes where its stations are. */
  readonly choice?: string;
  /** Said over the map. */
  readonly note?: string | null;
  readonly moved?: (area: Area) => void;
}

/** Pixels at the right of the map that the station's panel lies over. */
function covered(map: DOMRect): number {
  const panel = document.querySelector('.panel')?.getBoundingClientRect();
  return panel ? Math.max(0, map.right - panel.left) : 0;
}

/** The filters stay. */
const open = (id: string): void => go('overview', [id], route.peek().query);

const everyStation = computed(() => [...stations.value.values()]);

export function MapView({
  chosen,
  shown = everyStation.value,
  choice = '',
  note = null,
  moved,
}: MapViewProps) {
  const box = useRef<HTMLElement>(null);
  const [map, setMap] = useState<StationMap | null>(null);
  const [failed, setFailed] = useState<'no' | 'base' | 'all'>('no');
  const [importing, setImporting] = useState(false);

  useEffect(() => {
    let own: StationMap | null = null;
    let ended = false;
    void recallBoundaries();
    import('../../map/station-map.ts')
      .then(({ createStationMap }) => {
        if (ended || !box.current) return;
        own = createStationMap(box.current, {
          choose: open,
          covered,
          baseFailed: () => setFailed('base'),
          moved: (area) => moved?.(area),
        });
        setMap(own);
      })
      .catch(() => setFailed('all'));
    return () => {
      ended = true;
      own?.remove();
    };
  }, []);

  useEffect(() => {
    map?.show(shown, chosen, {
      hoangSa: t('map.hoangSa'),
      truongSa: t('map.truongSa'),
      stationName: ({ name }) => local(name),
    });
  }, [map, shown, chosen, language.value]);

  const choiceBefore = useRef(choice);
  useEffect(() => {
    if (choice !== choiceBefore.current) map?.seek();
    choiceBefore.current = choice;
  }, [map, choice]);

  useEffect(() => map?.showBoundaries(boundaries.value), [map, boundaries.value]);

  useEffect(() => map?.restyle(), [map, scheme.value]);

  return (
    <div class="map">
      <section class="map-box" ref={box} aria-label={t('map.label')} />
      {map === null && failed === 'no' && <Skeleton lines={1} />}
      {failed !== 'no' && (
        <p class="map-fault" role="alert">
          <Icon name="warning" />
          {t(failed === 'base' ? 'map.failed' : 'map.gone')}
        </p>
      )}
      {note !== null && <p class="map-note">{note}</p>}
      <div class="map-tools">
        <ToolButton icon="plus" label={t('map.zoomIn')} act={() => map?.zoom(1)} />
        <ToolButton icon="minus" label={t('map.zoomOut')} act={() => map?.zoom(-1)} />
        <ToolButton icon="fit" label={t('map.fit')} act={() => map?.fit()} />
        <ToolButton icon="country" label={t('map.country')} act={() => map?.country()} />
        <ToolButton icon="borders" label={t('map.borders')} act={() => setImporting(true)} />
      </div>
      <Legend />
      <p class="map-credits">
        <span>© geoBoundaries, GeoNames (CC BY 4.0) · Natural Earth</span>
        <button type="button" popovertarget={ABOUT_ID} aria-label={t('app.about')}>
          <Icon name="info" size={14} />
        </button>
      </p>
      {importing && <BoundaryDialog close={() => setImporting(false)} />}
    </div>
  );
}

interface ToolButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly act: () => void;
}

function ToolButton({ icon, label, act }: ToolButtonProps) {
  return (
    <button type="button" class="map-tool" aria-label={label} title={label} onClick={act}>
      <Icon name={icon} size={18} />
    </button>
  );
}
