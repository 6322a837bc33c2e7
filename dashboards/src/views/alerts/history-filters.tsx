/** What the history is filtered by; on a phone behind one press. */
import { computed } from '@preact/signals';
import { language, local, t } from '../../i18n.ts';
import { AreaChoice } from '../../parts/area-choice.tsx';
import { Field } from '../../parts/field.tsx';
import { choose, type Query } from '../../route.ts';
import { stations } from '../../state.ts';
import { filtersOn, LEVELS, LISTS, NO_FILTERS } from './filters.ts';

const byName = computed(() => {
  const order = new Intl.Collator(language.value, { numeric: true });
  return [...stations.value.values()].sort((a, b) => order.compare(local(a.name), local(b.name)));
});

export function HistoryFilters({ query }: { query: Query }) {
  const on = filtersOn(query);
  const shown = byName.value.filter(({ area }) => !query.area || area.vi === query.area);
  return (
    <details class="filters" open={matchMedia('(width >= 760px)').matches || on > 0}>
      <summary class="button">{on > 0 ? t('alerts.filtersOn', { n: on }) : t('alerts.filters')}</summary>
      <div class="filters-row">
        <Select name="list" label={t('alerts.list')} value={query.list ?? 'all'} empty={null}>
          {LISTS.map((list) => (
            <option key={list} value={list}>
              {t(`alerts.list.${list}`)}
            </option>
          ))}
        </Select>
        <Select
          name="level"
          label={t('alerts.level')}
          value={query.level ?? ''}
          empty={t('alerts.level.all')}
        >
          {LEVELS.map((level) => (
            <option key={level} value={level}>
              {t(`level.${level}`)}
            </option>
          ))}
        </Select>
        <div class="field field-area">
          <span aria-hidden="true">{t('area.label')}</span>
          <AreaChoice />
        </div>
        <Select
          name="station"
          label={t('alerts.station')}
          value={query.station ?? ''}
          empty={t('alerts.station.all')}
        >
          {shown.map(({ id, name }) => (
            <option key={id} value={id}>
              {local(name)}
            </option>
          ))}
        </Select>
        <Day name="from" label={t('alerts.from')} value={query.from ?? ''} max={query.to} />
        <Day name="to" label={t('alerts.to')} value={query.to ?? ''} min={query.from} />
        {on > 0 && (
          <button type="button" class="button filters-clear" onClick={() => choose(NO_FILTERS)}>
            {t('alerts.clearFilters')}
          </button>
        )}
      </div>
    </details>
  );
}

interface SelectProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** What stands for all of them; null: one of the options does. */
  readonly empty: string | null;
  readonly children: preact.ComponentChildren;
}

function Select({ name, label, value, empty, children }: SelectProps) {
  return (
    <Field label={label}>
      {(attributes) => (
        <select
          {...attributes}
          value={value}
          onChange={(event) => choose({ [name]: event.currentTarget.value })}
        >
          {empty !== null && <option value="">{empty}</option>}
          {children}
        </select>
      )}
    </Field>
  );
}

interface DayProps {
  readonly name: 'from' | 'to';
  readonly label: string;
  readonly value: string;
  readonly min?: string | undefined;
  readonly max?: string | undefined;
}

function Day({ name, label, value, min, max }: DayProps) {
  return (
    <Field label={label}>
      {(attributes) => (
        <input
          {...attributes}
          type="date"
          value={value}
          min={min}
          max={max}
          onChange={(event) => choose({ [name]: event.currentTarget.value })}
        />
      )}
    </Field>
  );
}
