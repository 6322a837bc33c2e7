/** The posts of an incident: where they are in words that can be read over a radio, and how they lie to the first one. */
import { metresBetween } from '../../../../devices/distance.ts';
import { local, t } from '../../i18n.ts';
import { isPlaced } from '../../map/place.ts';
import { Level } from '../../parts/level.tsx';
import { MapLink } from '../../parts/map-link.tsx';
import { decimalPlace, placeText } from '../../place-text.ts';
import { hrefOf } from '../../route.ts';
import { readingsOf } from '../../state.ts';
import { bearing } from './bearing.ts';
import { compassText, distanceText } from './distance-text.ts';
import type { Seen } from './incident-plan.tsx';
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
                  <span class="unseen">{t('place.coordinates')}: </span>
                  <strong>{placeText(station)}</strong>
                  <small>{decimalPlace(station)}</small>
                </p>
              ) : (
                <p class="seen-place">{t('panel.unplaced')}</p>
              )}
            </div>
            {isPlaced(station) && <MapLink place={station} name={name} />}
          </li>
        );
      })}
    </ol>
  );
}
