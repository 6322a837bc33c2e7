/** What was acknowledged without network: what still waits, and what became of the rest. */
import { now } from '../clock.ts';
import { formatMoment } from '../format.ts';
import { language, t } from '../i18n.ts';
import type { Queued } from '../offline/queue.ts';
import { dismiss, queue, sendWaiting } from '../offline/waiting.ts';
import { hrefOf } from '../route.ts';
import { Icon, type IconName } from './icon.tsx';

const ICONS: Readonly<Record<NonNullable<Queued['outcome']>['kind'], IconName>> = {
  done: 'check',
  taken: 'people',
  cleared: 'ok',
  changed: 'warning',
  refused: 'fail',
};

function became({ outcome, at }: Queued): string {
  const time = (ms: number): string => formatMoment(ms, now.peek(), language.value);
  if (outcome === undefined) return t('phone.queue.waiting', { time: time(at) });
  return t(`phone.queue.${outcome.kind}`, {
    time: time(outcome.at),
    ...(outcome.kind === 'taken' && { who: outcome.by }),
    ...(outcome.kind === 'refused' && { detail: outcome.detail }),
  });
}

export function QueueList() {
  const items = queue.value;
  if (items.length === 0) return null;
  const waiting = items.some(({ outcome }) => outcome === undefined);
  return (
    <section class="queue" aria-labelledby="queue-title">
      <header class="section-head">
        <h3 id="queue-title">{t('phone.queue')}</h3>
        {waiting && (
          <button type="button" class="button" onClick={() => void sendWaiting()}>
            {t('phone.queue.sendNow')}
          </button>
        )}
      </header>
      <ul class="queue-list">
        {items.map((item) => (
          <li key={item.id} class={`queue-item queue-${item.outcome?.kind ?? 'waiting'}`}>
            <Icon name={item.outcome ? ICONS[item.outcome.kind] : 'clock'} size={18} />
            <div>
              <a href={hrefOf('alerts', [item.alert])} dir="auto">
                {item.what}
              </a>
              <p>{became(item)}</p>
              {item.note !== undefined && (
                <p class="queue-note" dir="auto">
                  {item.note}
                </p>
              )}
            </div>
            <button
              type="button"
              class="button-icon"
              aria-label={t(item.outcome ? 'phone.queue.dismiss' : 'phone.queue.drop', { alert: item.what })}
              onClick={() => void dismiss(item)}
            >
              <Icon name="close" size={18} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
