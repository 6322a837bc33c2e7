/** Which day: a field and a step to each side; no day that has not come. */
import { DAY_MS, dayOf } from '../../../../devices/local-time.ts';
import { now } from '../../clock.ts';
import { t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { choose } from '../../route.ts';
import { dayAfter } from './day-hours.ts';

export function DayPicker({ day, from }: { day: string; from: number }) {
  const today = dayOf(now.value);
  const last = from + DAY_MS > now.value;
  return (
    <div class="day-picker">
      <button
        type="button"
        class="button-icon"
        aria-label={t('traffic.before')}
        onClick={() => choose({ day: dayAfter(from, -1) })}
      >
        <Icon name="back" size={20} />
      </button>
      <input
        type="date"
        class="select"
        aria-label={t('traffic.pickDay')}
        value={day}
        max={today}
        onChange={(event) => choose({ day: event.currentTarget.value })}
      />
      <button
        type="button"
        class="button-icon"
        aria-label={t('traffic.after')}
        aria-disabled={last}
        onClick={last ? undefined : () => choose({ day: dayAfter(from, 1) })}
      >
        <Icon name="next" size={20} />
      </button>
    </div>
  );
}
