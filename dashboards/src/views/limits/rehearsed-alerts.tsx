/** The alerts of a rehearsal, each with what the limit in force made of the same time. */
import { useSignal } from '@preact/signals';
import type { RehearsedAlert } from '../../../../devices/wire/rehearsal.ts';
import { rough } from '../../age.ts';
import { now } from '../../clock.ts';
import { formatMoment } from '../../format.ts';
import { language, t, texts } from '../../i18n.ts';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { Level } from '../../parts/level.tsx';
import type { Pair } from './compare.ts';

const FIRST = 8;

type Fate = 'same' | 'new' | 'gone';
const ICONS: Readonly<Record<Fate, IconName>> = { same: 'check', new: 'plus', gone: 'minus' };

const fateOf = ({ tried, present }: Pair): Fate =>
  present === null ? 'new' : tried === null ? 'gone' : 'same';

export function RehearsedAlerts({ pairs }: { pairs: readonly Pair[] }) {
  const all = useSignal(false);
  if (pairs.length === 0) return null;
  const shown = all.value ? pairs : pairs.slice(0, FIRST);
  return (
    <div class="rehearsed">
      <h4>{t('limits.rehearsal.list')}</h4>
      <ul>
        {shown.map((pair) => (
          <PairRow key={`${pair.tried?.opened_at}/${pair.present?.opened_at}`} pair={pair} />
        ))}
      </ul>
      {pairs.length > shown.length && (
        <button
          type="button"
          class="button"
          onClick={() => {
            all.value = true;
          }}
        >
          {t('limits.rehearsal.all', { n: pairs.length })}
        </button>
      )}
    </div>
  );
}

function PairRow({ pair }: { pair: Pair }) {
  const alert = pair.tried ?? pair.present;
  if (alert === null) return null;
  const fate = fateOf(pair);
  return (
    <li class={`rehearsed-one is-${fate}`}>
      <span class="rehearsed-when">{formatMoment(alert.opened_at, now.peek(), language.value)}</span>
      <span class="rehearsed-long">{longText(alert)}</span>
      <Level level={alert.level} />
      <span class="tag">
        <Icon name={ICONS[fate]} size={12} weight={2.4} />
        {t(`limits.rehearsal.${fate}`)}
      </span>
      {alert.told_at === null && <span class="tag">{t('limits.rehearsal.wasQuiet')}</span>}
    </li>
  );
}

const longText = ({ opened_at, cleared_at }: RehearsedAlert): string =>
  cleared_at === null ? t('limits.rehearsal.stands') : rough((cleared_at - opened_at) / 1000, texts());
