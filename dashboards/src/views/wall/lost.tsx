/** Over everything: that what is seen is old, and how old. Nobody across the room may take it for the present. */
import { computed } from '@preact/signals';
import { formatDuration } from '../../age.ts';
import { now } from '../../clock.ts';
import { formatMoment } from '../../format.ts';
import { language, t, texts } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { heardAt, link, loaded } from '../../state.ts';

export const isLost = computed(() => link.value === 'lost' && loaded.value !== 'first');

const age = computed(() => formatDuration(Math.max(0, now.value - heardAt.value), texts()));
const since = computed(() => formatMoment(heardAt.value, now.value, language.value));

export function Lost() {
  if (!isLost.value) return null;
  const known = loaded.value === 'ready' && heardAt.value > 0;
  return (
    <div class="wall-lost" role="alert">
      <div class="wall-lost-box">
        <Icon name="silent" weight={2.2} />
        <p>
          <strong class="wall-lost-title">{t('wall.lost')}</strong>
          {/* The ticking age is for the eye: read aloud each second it would drown all else. */}
          {known && (
            <span class="wall-lost-age" aria-hidden="true">
              {t('wall.lostAge', { age: age.value })}
            </span>
          )}
          <span class="wall-lost-note">
            {known ? t('wall.lostNote', { time: since.value }) : t('load.failedText')}
          </span>
        </p>
      </div>
    </div>
  );
}
