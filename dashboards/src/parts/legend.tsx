/** What the marks on the map mean. */
import { t } from '../i18n.ts';
import { WORST_FIRST } from '../judge.ts';
import { Mark } from './station-mark.tsx';

const KINDS = ['air', 'water', 'weather', 'fire', 'traffic'] as const;

export function Legend() {
  return (
    <details class="legend">
      <summary>{t('map.legend')}</summary>
      <ul>
        {KINDS.map((kind) => (
          <li key={kind}>
            <Mark kind={kind} state="ok" size={24} />
            {t(`kind.${kind}`)}
          </li>
        ))}
      </ul>
      <ul>
        {WORST_FIRST.map((state) => (
          <li key={state}>
            <Mark kind="air" state={state} size={24} />
            {t(`state.${state}`)}
          </li>
        ))}
      </ul>
    </details>
  );
}
