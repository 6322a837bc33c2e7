/** How long a configuration is on trial before it stays. */
import type { Signal } from '@preact/signals';
import { t } from '../../i18n.ts';
import { Field } from '../../parts/field.tsx';

export const TRIAL_S = 600;
const MINUTES = [2, 5, 10, 20, 30, 60, 180] as const;

export function TrialField({ seconds }: { seconds: Signal<number> }) {
  return (
    <Field label={t('fleet.config.trial')} hint={t('fleet.config.trialHint')}>
      {(attributes) => (
        <select
          {...attributes}
          value={String(seconds.value)}
          onChange={(event) => {
            seconds.value = Number(event.currentTarget.value);
          }}
        >
          {MINUTES.map((n) => (
            <option key={n} value={String(n * 60)}>
              {t('duration.minutes', { n })}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
