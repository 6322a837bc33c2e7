/** The lines of an edge: how much of their time is used, and each instrument with what is wrong with it. */
import { useSignal } from '@preact/signals';
import type { EdgeDetail } from '../../../../devices/wire/edges.ts';
import { formatFigure } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { stations } from '../../state.ts';
import { percent } from './figures.ts';
import { instrumentWords } from './words.ts';

type Line = EdgeDetail['lines'][number];
type Unit = Line['units'][number];

/** A long line shows what fails and some more. */
const FIRST = 12;

export function Lines({ edge }: { edge: EdgeDetail }) {
  if (edge.lines.length === 0) return <p class="card quiet-text">{t('fleet.noLines')}</p>;
  return (
    <ul class="line-list">
      {edge.lines.map((line) => (
        <LineCard key={line.id} line={line} />
      ))}
    </ul>
  );
}

function LineCard({ line }: { line: Line }) {
  const all = useSignal(false);
  const { id, busy, planned, skipped } = line;
  const failing = line.units.filter(({ error }) => error !== null);
  const units = [...failing, ...line.units.filter(({ error }) => error === null)];
  const shown = all.value ? units : units.slice(0, Math.max(FIRST, failing.length));
  return (
    <li class="card line-card">
      <header class="line-head">
        <h4>{id}</h4>
        <span class="quiet-text">
          {t('fleet.units', { n: units.length })}
          {failing.length > 0 && ` · ${t('fleet.failing', { n: failing.length })}`}
        </span>
      </header>
      <LoadBar busy={busy} planned={planned} />
      {skipped !== null && skipped > 0 && (
        <p class="line-skipped">
          <Icon name="warning" size={14} />
          {t('fleet.skipped', { n: formatFigure(skipped, 0, language.value) })}
        </p>
      )}
      <ul class="unit-list">
        {shown.map((unit) => (
          <UnitRow key={unit.instrument} unit={unit} />
        ))}
      </ul>
      {units.length > shown.length && (
        <button
          type="button"
          class="button"
          onClick={() => {
            all.value = true;
          }}
        >
          {t('fleet.allUnits', { n: units.length })}
        </button>
      )}
    </li>
  );
}

export function LoadBar({ busy, planned }: { busy: number; planned: number | null }) {
  const level = busy >= 0.98 || (planned ?? 0) > 1 ? 'critical' : busy >= 0.9 ? 'warning' : 'ok';
  return (
    <div class="line-load">
      <div class="line-load-bar" aria-hidden="true">
        <span
          class={`line-load-busy line-load-${level}`}
          style={{ width: `${Math.min(100, busy * 100)}%` }}
        />
        {planned !== null && (
          <span class="line-load-planned" style={{ left: `${Math.min(100, planned * 100)}%` }} />
        )}
      </div>
      <p class="line-load-text">
        <strong>{t('fleet.busy', { share: percent(busy) })}</strong>
        {planned !== null && (
          <span class={planned > 1 ? 'text-critical' : 'quiet-text'}>
            {t(planned > 1 ? 'fleet.plannedOver' : 'fleet.planned', { share: percent(planned) })}
          </span>
        )}
      </p>
    </div>
  );
}

function UnitRow({ unit: { instrument, error } }: { unit: Unit }) {
  const [station = '', name = ''] = instrument.split('/');
  const known = stations.value.get(station);
  return (
    <li class={error === null ? 'unit-row' : 'unit-row is-failing'}>
      <Icon name={error === null ? 'ok' : 'fail'} size={16} />
      <span class="unit-who">
        <strong dir="auto">{known ? local(known.name) : station}</strong>
        <span>{name === '' ? instrument : name}</span>
      </span>
      <span class="unit-error" dir="auto">
        {error === null ? t('fleet.unitOk') : instrumentWords(error, language.value)}
      </span>
    </li>
  );
}
