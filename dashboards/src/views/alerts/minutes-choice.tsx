/** A length of time: one of a few in sight. 0: until a person ends it. */
import type { Signal } from '@preact/signals';
import { t } from '../../i18n.ts';
import { Choice } from '../../parts/choice.tsx';

const nameOf = (minutes: number): string => {
  if (minutes === 0) return t('alerts.openEnd');
  return minutes < 60 ? t('alerts.minutes', { n: minutes }) : t('alerts.hours', { n: minutes / 60 });
};

interface MinutesChoiceProps {
  readonly label: string;
  readonly minutes: Signal<number>;
  readonly choices: readonly number[];
}

export function MinutesChoice({ label, minutes, choices }: MinutesChoiceProps) {
  return (
    <div class="minutes">
      <span class="minutes-label" aria-hidden="true">
        {label}
      </span>
      <Choice
        label={label}
        options={choices.map((one) => ({ value: String(one), name: nameOf(one) }))}
        value={String(minutes.value)}
        choose={(chosen) => {
          minutes.value = Number(chosen);
        }}
      />
    </div>
  );
}
