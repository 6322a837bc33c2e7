/** The wind at a place now: an arrow the way it blows, the same in words, whose it is and how old. */
import type { Place } from '../../../../devices/distance.ts';
import { now } from '../../clock.ts';
import { formatNumber, unitLabel } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { Age, StaleTag } from '../../parts/age.tsx';
import { readingsOf, stations } from '../../state.ts';
import { beaufort, leeward } from './bearing.ts';
import { compassText, distanceText } from './distance-text.ts';
import { type Measured, type Wind, windAt } from './wind.ts';

/** The wind there by all stations that this person sees. */
export const windOf = (place: Place): Wind =>
  windAt(
    place,
    [...stations.value.values()].map((station) => ({ station, readings: readingsOf(station.id).value })),
    now.value,
  );

export function WindNow({ place }: { place: Place }) {
  const { speed, direction } = windOf(place);
  if (speed === null && direction === null) return <p class="wind-none">{t('fire.windNone')}</p>;
  return (
    <div class="wind">
      {direction !== null && <WindArrow degrees={leeward(direction.reading.value)} />}
      <div class="wind-words">
        {speed !== null && (
          <p class="wind-speed">
            {t('fire.windSpeed', { value: speedText(speed), beaufort: beaufort(speed.reading.value) })}
          </p>
        )}
        <p>
          {direction === null
            ? t('fire.windNoDirection')
            : t('fire.windFrom', {
                from: compassText(direction.reading.value),
                to: compassText(leeward(direction.reading.value)),
              })}
        </p>
        {[speed, direction]
          .filter((one, index, all) => one !== null && (index === 0 || one.station.id !== all[0]?.station.id))
          .map((one) => one && <Source key={one.reading.parameter} measured={one} />)}
      </div>
    </div>
  );
}

const speedText = ({ reading }: Measured): string =>
  `${formatNumber(reading.value, reading.parameter, language.value)} ${unitLabel(reading.unit, language.value)}`;

function Source({ measured: { station, reading, metres, stale } }: { measured: Measured }) {
  const name = local(station.name);
  return (
    <p class="wind-source">
      <span class="one-line" title={name}>
        {metres < 50
          ? t('fire.windAt', { station: name })
          : t('fire.windFar', { station: name, distance: distanceText(metres) })}
      </span>
      {' · '}
      <Age at={reading.at} /> {stale && <StaleTag />}
    </p>
  );
}

/** Points to where the degrees say; a text says the same. */
export function WindArrow({ degrees }: { degrees: number }) {
  return (
    <svg class="wind-arrow" viewBox="0 0 64 64" aria-hidden="true">
      <circle cx="32" cy="32" r="30" />
      <path class="wind-north" d="M32 2v7" />
      <path
        class="wind-pointer"
        d="M32 50V16M22 26 32 14l10 12"
        style={{ transform: `rotate(${degrees}deg)` }}
      />
    </svg>
  );
}
