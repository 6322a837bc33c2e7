/** What the level asks for, each with its source. */
import type { FireLevel } from '../../../../devices/standards/fire-levels.ts';
import { t } from '../../i18n.ts';
import { asksOf } from './level-asks.ts';

export function Asks({ level }: { level: FireLevel }) {
  return (
    <section class="card asks" aria-labelledby="fire-asks">
      <h3 id="fire-asks">{t('fire.asks')}</h3>
      <ul>
        {asksOf(level).map(({ text, source, hours, quoted }) => (
          <li key={text}>
            <span>{t(text, hours)}</span>
            <small>
              {t(source)}
              {quoted && ` (${t('fire.ask.quoted')})`}
            </small>
          </li>
        ))}
      </ul>
      <p class="asks-plan">{t('fire.asksPlan')}</p>
    </section>
  );
}
