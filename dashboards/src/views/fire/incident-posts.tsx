/** The posts of an incident: where they are in words that can be read over a radio, and how they lie to the first one. */
import { metresBetween } from '../../../../devices/distance.ts';
import { local, t } from '../../i18n.ts';
import { isPlaced } from '../../map/place.ts';
import { Icon } from '../../parts/icon.tsx';
import { Level } from '../../parts/level.tsx';
import { hrefOf } from '../../route.ts';
import { readingsOf } from '../../state.ts';
import { bearing } from './bearing.ts';
import type { Seen } from './incident-plan.tsx';
import { compassText, decimalPlace, distanceText, geoUri, placeText } from './place-text.ts';
import { Detection } from './post-table.tsx';

export function IncidentPosts({ posts }: { posts: readonly Seen[] }) {
  const first = posts[0]?.station;
  return (
    <ol class="seen-list" aria-label={t('fire.reporters')}>
      {posts.map(({ station, level }, index) => {
        const name = local(station.name);
        return (
          <li key={station.id} class="seen">
            <span class={`seen-number plan-${level ?? 'over'}`} aria-hidden="true">
              {index + 1}
            </span>
            <div class="seen-words">
              <p class="seen-name">
                <a href={hrefOf('station', [station.id])} title={name} dir="auto">
                  {name}
                </a>
              </p>
              <p class="seen-state">
                {level !== null && <Level level={level} />}
                <Detection post={{ station, readings: readingsOf(station.id).value }} />
              </p>
              <p class="seen-way">
                {first === undefined || index === 0
                  ? t('fire.firstPost')
                  : isPlaced(first) &&
                    isPlaced(station) &&
                    t('fire.from1', {
                      distance: distanceText(metresBetween(first, station)),
                      compass: compassText(bearing(first, station)),
                      degrees: Math.round(bearing(first, station)),
                    })}
              </p>
              {isPlaced(station) ? (
                <p class="seen-place">
                  <span class="unseen">{t('fire.coordinates')}: </span>
                  <strong>{placeText(station)}</strong>
                  <small>{decimalPlace(station)}</small>
                </p>
              ) : (
                <p class="seen-place">{t('panel.unplaced')}</p>
              )}
            </div>
            {isPlaced(station) && (
              <a class="button seen-map" href={geoUri(station)}>
                <Icon name="map" size={18} />
                {t('fire.openMap')}
                <span class="unseen">: {name}</span>
              </a>
            )}
          </li>
        );
      })}
    </ol>
  );
}
