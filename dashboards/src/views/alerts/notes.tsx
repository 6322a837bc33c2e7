/** What people wrote beside an alert. */
import type { AlertAnswer } from '../../../../devices/wire/api.ts';
import { now } from '../../clock.ts';
import { formatMoment } from '../../format.ts';
import { language, t } from '../../i18n.ts';

export function Notes({ alert }: { alert: AlertAnswer }) {
  return (
    <section class="section notes" aria-labelledby="notes-title">
      <h3 id="notes-title">{t('alerts.notes')}</h3>
      {alert.notes.length === 0 && <p class="quiet-text">{t('alerts.notesEmpty')}</p>}
      <ul>
        {alert.notes.map(({ at, by, text }) => (
          <li key={`${at}${by}`}>
            <p dir="auto">{text}</p>
            <small>
              {t('alerts.noteBy', { who: by, time: formatMoment(at, now.peek(), language.value) })}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
