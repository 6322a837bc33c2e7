/** When the station said that it was being calibrated: the books of a week tell of each hour what was flagged, and why. */
import { DAY_MS } from '../../../../devices/local-time.ts';
import type { BooksAnswer } from '../../../../devices/wire/api.ts';
import { currentTime, now } from '../../clock.ts';
import { formatMoment, parameterName } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { Shown } from '../../parts/shown.tsx';
import { useAnswer } from '../../use-answer.ts';
import { booksOf } from './calls.ts';
import { causeText } from './cause-text.ts';

interface Calibrated {
  readonly hour: number;
  readonly reason: string;
  readonly parameters: readonly string[];
}

/** Newest first. */
export function calibrations({ hours }: Pick<BooksAnswer, 'hours'>): Calibrated[] {
  const found = new Map<string, Calibrated>();
  for (const { parameter, hour, flagged_why } of hours)
    for (const { reason } of flagged_why) {
      if (!reason.split('; ').some((one) => one.startsWith('calibration'))) continue;
      const key = `${hour} ${reason}`;
      found.set(key, { hour, reason, parameters: [...(found.get(key)?.parameters ?? []), parameter] });
    }
  return [...found.values()].sort((a, b) => b.hour - a.hour);
}

export function Calibration({ station }: { station: string }) {
  const asked = useAnswer(
    (signal) => {
      const to = Math.ceil(currentTime());
      return booksOf(station, to - 6 * DAY_MS, to, signal);
    },
    [station],
  );
  return (
    <section class="card" aria-labelledby="calibration">
      <h3 id="calibration">{t('station.calibration')}</h3>
      <Shown asked={asked} lines={2}>
        {(books) => {
          const found = calibrations(books);
          if (found.length === 0) return <p class="station-note">{t('station.noCalibration')}</p>;
          return (
            <ul class="station-lines">
              {found.map(({ hour, reason, parameters }) => (
                <li key={`${hour} ${reason}`}>
                  <strong>{formatMoment(hour, now.peek(), language.value)}</strong> {causeText(reason)}
                  <span class="books-causes-of">
                    {parameters.map((id) => parameterName(id, language.value)).join(', ')}
                  </span>
                </li>
              ))}
            </ul>
          );
        }}
      </Shown>
      <p class="station-note">{t('station.calibrationText')}</p>
    </section>
  );
}
