/** What is shown, chosen in one row: words, area, kind, and states with how many stations are in each. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { formatCount } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { type StationState, WORST_FIRST } from '../../judge.ts';
import { AreaChoice } from '../../parts/area-choice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Mark } from '../../parts/station-mark.tsx';
import { choose, route } from '../../route.ts';
import { loaded, stations } from '../../state.ts';
import { isFiltered, KINDS, toggled } from './filter.ts';
import { filter, result } from './shown.ts';

const say = (count: number): string => formatCount(count, language.value);

export const resetFilter = (): void => choose({ area: '', kind: '', state: '', q: '' });

export function FilterBar() {
  const { stations: shown } = result.value;
  const isOn = loaded.value === 'ready' && isFiltered(filter.value);
  return (
    <search class="filter" aria-label={t('filter.label')}>
      <SearchField />
      <StateChips />
      <AreaChoice />
      <KindChoice />
      <p class="filter-count" role="status">
        {isOn && t('filter.some', { n: say(shown.length), all: say(stations.value.size) })}
      </p>
      {isOn && (
        <button type="button" class="button filter-reset" onClick={resetFilter}>
          <Icon name="close" size={16} />
          {t('filter.reset')}
        </button>
      )}
    </search>
  );
}

/** Typing is not written to the address at each key: Safari refuses more than a hundred changes in half a minute. */
const PAUSE_MS = 200;

function SearchField() {
  const asked = route.value.query.q ?? '';
  const typed = useSignal(asked);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The reset, a link and the back button change it as well.
  useEffect(() => {
    clearTimeout(timer.current);
    typed.value = asked;
  }, [asked]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <label class="filter-search">
      <Icon name="search" size={16} />
      <input
        type="search"
        class="select"
        value={typed.value}
        placeholder={t('filter.search')}
        aria-label={t('filter.search')}
        maxLength={200}
        autocomplete="off"
        spellcheck={false}
        dir="auto"
        onInput={(event) => {
          const q = event.currentTarget.value;
          typed.value = q;
          clearTimeout(timer.current);
          timer.current = setTimeout(() => choose({ q }), PAUSE_MS);
        }}
      />
    </label>
  );
}

function KindChoice() {
  const { kinds } = result.value;
  return (
    <select
      class="select"
      aria-label={t('filter.kind')}
      value={filter.value.kind}
      onChange={(event) => choose({ kind: event.currentTarget.value })}
    >
      <option value="">{t('filter.everyKind')}</option>
      {KINDS.map((kind) => (
        <option key={kind} value={kind}>
          {t(`kind.${kind}`)} ({say(kinds.get(kind) ?? 0)})
        </option>
      ))}
    </select>
  );
}

/** States that no station is in are left out, unless they are chosen. */
function StateChips() {
  const chosen = filter.value.states;
  const counts = result.value.states;
  const shown = WORST_FIRST.filter((state) => counts.has(state) || chosen.includes(state));
  return (
    <fieldset class="chips" aria-label={t('filter.state')}>
      {shown.map((state) => (
        <StateChip key={state} state={state} count={counts.get(state) ?? 0} chosen={chosen} />
      ))}
    </fieldset>
  );
}

interface StateChipProps {
  readonly state: StationState;
  readonly count: number;
  readonly chosen: readonly StationState[];
}

function StateChip({ state, count, chosen }: StateChipProps) {
  return (
    <button
      type="button"
      class="chip"
      aria-pressed={chosen.includes(state)}
      onClick={() => choose({ state: toggled(chosen, state) })}
    >
      <Mark kind="air" state={state} size={22} />
      {t(`filter.${state}`)}
      <strong>{say(count)}</strong>
    </button>
  );
}
