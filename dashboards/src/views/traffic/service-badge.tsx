/** A level of service: its letter on its colour. Words stand beside it or are told. */
import { t } from '../../i18n.ts';
import { serviceLetter } from './service.ts';

export function ServiceBadge({
  value,
  words = false,
}: {
  value: number | null | undefined;
  words?: boolean;
}) {
  const letter = serviceLetter(value);
  if (letter === null) return <span class="los los-none">{t('traffic.losNone')}</span>;
  return (
    <span class="los">
      <span class={`los-letter los-${letter}`}>{t('traffic.los', { letter })}</span>
      {words && <span>{t(`traffic.los.${letter}`)}</span>}
    </span>
  );
}

/** What the letters mean, all six. */
export function ServiceKey() {
  return (
    <details class="los-key">
      <summary>{t('traffic.losKey')}</summary>
      <ul>
        {[1, 2, 3, 4, 5, 6].map((value) => (
          <li key={value}>
            <ServiceBadge value={value} words />
          </li>
        ))}
      </ul>
      <p>{t('traffic.losSource')}</p>
    </details>
  );
}
