/** One limit: what it says, where it is from, what the value is now. */
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { t } from '../../i18n.ts';
import { Age } from '../../parts/age.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Level } from '../../parts/level.tsx';
import { Value } from '../../parts/value.tsx';
import { hrefOf } from '../../route.ts';
import { alertsAt, readingsOf } from '../../state.ts';
import type { Limit } from './calls.ts';
import { maySet } from './may-set.ts';
import { limitSentences } from './sentence.ts';

interface LimitCardProps {
  readonly station: StationAnswer;
  readonly limit: Limit;
  readonly source: 'file' | 'operator';
  readonly remove: () => void;
}

export function LimitCard({ station, limit, source, remove }: LimitCardProps) {
  const { raises, clears } = limitSentences(limit);
  const reading = readingsOf(station.id).value.get(limit.parameter);
  const open = alertsAt(station.id).find(
    (alert) => alert.parameter === limit.parameter && alert.limit === limit.name && alert.state !== 'cleared',
  );
  const path = [station.id, 'edit', limit.parameter, limit.name];
  return (
    <li class={`card limit-card edge-${limit.level}`}>
      <div class="limit-card-words">
        <p class="limit-card-raises">{raises}</p>
        {clears !== null && <p class="limit-card-clears">{clears}</p>}
        <p class="limit-card-tags">
          <Level level={limit.level} />
          <span class="tag" title={t(`limits.source.${source}Text`)}>
            {t(`limits.source.${source}`)}
          </span>
          <code class="limit-name">{limit.name}</code>
        </p>
      </div>
      <div class="limit-card-now">
        {reading !== undefined && (
          <p>
            <span class="quiet-text">{t('limits.now')}</span>
            <Value value={reading.value} parameter={limit.parameter} unit={reading.unit} />
            <Age at={reading.at} />
          </p>
        )}
        {open !== undefined && (
          <a class="limit-card-open" href={hrefOf('alerts')}>
            <Icon name={open.level} size={14} />
            {t('limits.stands')}
          </a>
        )}
      </div>
      {maySet() && (
        <div class="limit-card-tools">
          <a class="button" href={hrefOf('limits', path)} aria-label={t('limits.editOf', { limit: raises })}>
            <Icon name="edit" size={16} />
            {t('limits.edit')}
          </a>
          <button
            type="button"
            class="button-icon"
            aria-label={t('limits.removeOf', { limit: raises })}
            onClick={remove}
          >
            <Icon name="trash" size={18} />
          </button>
        </div>
      )}
    </li>
  );
}
