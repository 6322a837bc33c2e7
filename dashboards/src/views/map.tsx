/** The map with its tools, legend and credits. Its code comes after the page, so that the lists need not wait. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { language, local, t } from '../i18n.ts';
import type { StationMap } from '../map/station-map.ts';
import { Icon } from '../parts/icon.tsx';
import { Legend } from '../parts/legend.tsx';
import { Skeleton } from '../parts/notices.tsx';
import { go } from '../route.ts';
import { stations } from '../state.ts';
import { scheme } from '../theme.ts';
import { ABOUT_ID } from './about.tsx';

/** Pixels at the right of the map that the station's panel lies over. */
function covered(map: DOMRect): number {
  const panel = document.querySelector('.panel')?.getBoundingClientRect();
  return panel ? Math.max(0, map.right - panel.left) : 0;
}

const choose = (id: string): void => go({ kind: 'station', id });

export function MapView({ chosen }: { chosen: string | null }) {
  const box = useRef<HTMLElement>(null);
  const [map, setMap] = useState<StationMap | null>(null);
  const [failed, setFailed] = useState<'no' | 'base' | 'all'>('no');

  useEffect(() => {
    let own: StationMap | null = null;
    let ended = false;
    import('../map/station-map.ts')
      .then(({ createStationMap }) => {
        if (ended || !box.current) return;
        own = createStationMap(box.current, { choose, covered, baseFailed: () => setFailed('base') });
        setMap(own);
      })
      .catch(() => setFailed('all'));
    return () => {
      ended = true;
      own?.remove();
    };
  }, []);

  useEffect(() => {
    map?.show([...stations.value.values()], chosen, {
      hoangSa: t('map.hoangSa'),
      truongSa: t('map.truongSa'),
      stationName: ({ name }) => local(name),
    });
  }, [map, stations.value, chosen, language.value]);

  useEffect(() => map?.restyle(), [map, scheme.value]);

  return (
    <div class="map">
      <section class="map-box" ref={box} aria-label={t('map.label')} />
      {map === null && failed === 'no' && <Skeleton lines={1} />}
      {failed !== 'no' && (
        <p class="map-fault" role="alert">
          <Icon name="warning" />
          {t('map.failed')}
        </p>
      )}
      <div class="map-tools">
        <ToolButton icon="plus" label={t('map.zoomIn')} act={() => map?.zoom(1)} />
        <ToolButton icon="minus" label={t('map.zoomOut')} act={() => map?.zoom(-1)} />
        <ToolButton icon="fit" label={t('map.fit')} act={() => map?.fit()} />
        <ToolButton icon="country" label={t('map.country')} act={() => map?.country()} />
      </div>
      <Legend />
      <p class="map-credits">
        <span>© geoBoundaries, GeoNames (CC BY 4.0) · Natural Earth</span>
        <button type="button" popovertarget={ABOUT_ID} aria-label={t('app.about')}>
          <Icon name="info" size={14} />
        </button>
      </p>
    </div>
  );
}

function ToolButton({
  icon,
  label,
  act,
}: {
  icon: 'plus' | 'minus' | 'fit' | 'country';
  label: string;
  act: () => void;
}) {
  return (
    <button type="button" class="map-tool" aria-label={label} title={label} onClick={act}>
      <Icon name={icon} size={18} />
    </button>
  );
}
