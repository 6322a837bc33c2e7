/** An index on its official colour, with ink that can be read upon it. The category's name stands beside it, never the colour alone. */
import { formatNumber } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { inkOn, type Scale, stepOf } from './scale.ts';

interface BadgeProps {
  readonly value: number | null;
  readonly scale: Scale;
  readonly size?: 'small' | 'large';
}

export function Badge({ value, scale, size = 'small' }: BadgeProps) {
  const step = value === null ? null : stepOf(scale, value);
  if (value === null || step === null) {
    return (
      <span class={`aw-badge aw-badge-${size} aw-badge-none`}>
        <span aria-hidden="true">–</span>
        <span class="unseen">{t('air-water.unpublished')}</span>
      </span>
    );
  }
  return (
    <span class={`aw-badge aw-badge-${size}`} style={{ background: step.colour, color: inkOn(step.colour) }}>
      {formatNumber(value, 'vn_aqi', language.value)}
    </span>
  );
}

/** A category as a legend has it: a mark of its colour, its name. */
export function Category({ value, scale }: { value: number; scale: Scale }) {
  const step = stepOf(scale, value);
  if (step === null) return null;
  return (
    <span class="aw-category">
      <span class="aw-mark" style={{ background: step.colour }} aria-hidden="true" />
      {local(step.name)}
    </span>
  );
}

export function Legend({ scale }: { scale: Scale }) {
  return (
    <ul class="aw-legend" aria-label={t('air-water.legend')}>
      {scale.map(({ from, to, name, colour }) => (
        <li key={from}>
          <span class="aw-mark" style={{ background: colour }} aria-hidden="true" />
          <span>{local(name)}</span>
          <span class="aw-range">
            {from}–{to}
          </span>
        </li>
      ))}
    </ul>
  );
}
