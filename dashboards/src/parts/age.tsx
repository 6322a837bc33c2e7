/** How old something is, ticking each second; the exact time on hover. */
import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { isStale } from '../../../devices/quality.ts';
import { formatAge } from '../age.ts';
import { now } from '../clock.ts';
import { formatExact } from '../format.ts';
import { language, t, texts } from '../i18n.ts';
import { Icon } from './icon.tsx';

export function Age({ at }: { at: number }) {
  // Bound to the text itself: a tick changes one text node, not the tree around it.
  const text = useMemo(() => computed(() => formatAge(at, now.value, texts())), [at]);
  return (
    <time class="age" dateTime={new Date(at).toISOString()} title={formatExact(at, language.value)}>
      {text}
    </time>
  );
}

/** Whether a value is stale, as a signal that changes only when that does. */
export const useStale = (at: number, periodS: number): boolean =>
  useMemo(() => computed(() => isStale(at, periodS, now.value)), [at, periodS]).value;

export function StaleTag() {
  return (
    <span class="tag tag-stale">
      <Icon name="clock_off" size={12} weight={2.4} />
      {t('age.stale')}
    </span>
  );
}
