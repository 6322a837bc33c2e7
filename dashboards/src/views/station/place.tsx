/** Where the station stands: on a small map, in degrees, and as it looks to who comes there. */
import { useEffect, useRef } from 'preact/hooks';
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { language, local, t } from '../../i18n.ts';
import { isPlaced } from '../../map/place.ts';
import type { PlaceMap } from '../../map/place-map.ts';
import { MapLink } from '../../parts/map-link.tsx';
import { StationMark } from '../../parts/station-mark.tsx';
import { scheme } from '../../theme.ts';
import { Photo } from './photo.tsx';
import './place.css';

export function Place({ station }: { station: StationAnswer }) {
  const { latitude, longitude, edge, id, area, kind } = station;
  const degrees = new Intl.NumberFormat(language.value === 'vi' ? 'vi-VN' : 'en-GB', {
    minimumFractionDigits: 5,
    maximumFractionDigits: 5,
  });
  const placed = isPlaced(station);
  return (
    <section class="card" aria-labelledby="place">
      <h3 id="place">{t('station.place')}</h3>
      <Photo station={station} />
      {placed && <Around station={station} />}
      <dl class="station-facts">
        <dt>{t('station.kind')}</dt>
        <dd>{t(`kind.${kind}`)}</dd>
        <dt>{t('area.label')}</dt>
        <dd dir="auto">{local(area)}</dd>
        {placed && (
          <>
            <dt>{t('station.latitude')}</dt>
            <dd>{degrees.format(latitude)}°</dd>
            <dt>{t('station.longitude')}</dt>
            <dd>{degrees.format(longitude)}°</dd>
          </>
        )}
        <dt>{t('station.edge')}</dt>
        <dd>{edge}</dd>
        <dt>{t('station.id')}</dt>
        <dd>
          <code>{id}</code>
        </dd>
      </dl>
      {placed ? (
        <MapLink place={station} name={local(station.name)} />
      ) : (
        <p class="station-note">{t('panel.unplaced')}</p>
      )}
    </section>
  );
}

function Around({ station: { id, kind, latitude, longitude } }: { station: StationAnswer }) {
  const box = useRef<HTMLDivElement>(null);
  const map = useRef<PlaceMap | null>(null);
  useEffect(() => {
    let ended = false;
    // Its code is large, and the numbers need not wait for it; without it they stand alone.
    import('../../map/place-map.ts').then(
      ({ createPlaceMap }) => {
        if (!ended && box.current) map.current = createPlaceMap(box.current, { latitude, longitude });
      },
      () => {},
    );
    return () => {
      ended = true;
      map.current?.remove();
      map.current = null;
    };
  }, [latitude, longitude]);
  useEffect(() => map.current?.restyle(), [scheme.value]);
  return (
    <div class="place-map" aria-hidden="true">
      <div class="place-map-box" ref={box} />
      <StationMark id={id} kind={kind} size={36} />
    </div>
  );
}
