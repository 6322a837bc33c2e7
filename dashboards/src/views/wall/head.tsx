/** The head of a wall: where it is, how much needs a hand, whether it is live, and what time it is. */
import { computed } from '@preact/signals';
import { now } from '../../clock.ts';
import { formatDate, formatHour } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { Logo } from '../../parts/logo.tsx';
import { link, loaded, stations } from '../../state.ts';
import { waiting } from './alerts-panel.tsx';

const LEVELS = ['critical', 'warning', 'notice'] as const;

const seconds = computed(() => String(Math.floor(now.value / 1000) % 60).padStart(2, '0'));
const hour = computed(() => formatHour(now.value, language.value));
const weekday = computed(() =>
  new Intl.DateTimeFormat(language.value === 'vi' ? 'vi-VN' : 'en-GB', {
    timeZone: 'Asia/Ho_Chi_Minh',
    weekday: 'long',
  }).format(Math.floor(now.value / 60_000) * 60_000),
);
const date = computed(() => formatDate(now.value));
const silent = computed(
  () => [...stations.value.values()].filter(({ status }) => status === 'silent').length,
);
const byLevel = computed(() =>
  LEVELS.map((level) => ({ level, count: waiting.value.filter((alert) => alert.level === level).length })),
);

export function Head({ name }: { name: string }) {
  return (
    <header class="wall-head">
      <Logo />
      <h1>
        <bdi title={name}>{name}</bdi>
        <small class="wall-tagline">{t('app.tagline')}</small>
      </h1>
      {loaded.value === 'ready' && <Totals />}
      <p class={`wall-link-state link-${link.value}`}>
        <span class="link-dot" aria-hidden="true" />
        {t(`link.${link.value}`)}
      </p>
      <p class="wall-clock">
        <span class="wall-hour">
          {hour}
          <small class="wall-seconds">{seconds}</small>
        </span>
        <span class="wall-date">
          {weekday}, {date}
        </span>
      </p>
    </header>
  );
}

function Totals() {
  const shown = byLevel.value.filter(({ count }) => count > 0);
  return (
    <ul class="wall-totals" aria-label={t('wall.alerts')}>
      {shown.map(({ level, count }) => (
        <li key={level} class={`wall-total wall-${level}`}>
          <Icon name={level} weight={2.4} />
          <strong>{count}</strong>
          <span>{t(`level.${level}`)}</span>
        </li>
      ))}
      {shown.length === 0 && (
        <li class="wall-total wall-calm">
          <Icon name="ok" weight={2.4} />
          <span>{t('wall.calm')}</span>
        </li>
      )}
      {silent.value > 0 && (
        <li class="wall-total">
          <Icon name="silent" weight={2.4} />
          <strong>{silent}</strong>
          <span>{t('state.silent')}</span>
        </li>
      )}
    </ul>
  );
}
