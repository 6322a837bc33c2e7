/** A number with the unit of its parameter, and a length of time with a unit to choose. */
import { t } from '../../i18n.ts';
import { Field } from '../../parts/field.tsx';
import type { Limit } from './calls.ts';
import type { FormProps } from './limit-form.tsx';
import { unitOf } from './number.ts';

interface NumberFieldProps extends FormProps {
  readonly field: string;
  readonly label: string;
  readonly hint?: string;
  /** A count: without the parameter's unit. */
  readonly plain?: boolean;
}

/** What holds when nothing is typed. */
const DEFAULTS: Readonly<Record<string, string>> = { mads: '0', days: '14', least_days: '5' };
const COUNTS: ReadonlySet<string> = new Set(['mads', 'days', 'least_days', 'needed', 'of']);

export function NumberField({ draft, change, faultOf, field, label, hint, plain = false }: NumberFieldProps) {
  const unit = plain || COUNTS.has(field) ? '' : unitOf(draft.parameter as Limit['parameter']);
  return (
    <Field label={unit === '' ? label : `${label} (${unit})`} hint={hint} fault={faultOf(field)}>
      {(attributes) => (
        <input
          {...attributes}
          inputMode="decimal"
          autocomplete="off"
          maxLength={24}
          placeholder={DEFAULTS[field]}
          value={draft[field] ?? ''}
          onInput={(event) => change({ [field]: event.currentTarget.value })}
        />
      )}
    </Field>
  );
}

const TIME_UNITS = [
  ['1', 'limits.time.s'],
  ['60', 'limits.time.min'],
  ['3600', 'limits.time.h'],
] as const;

export function TimeField({ draft, change, faultOf, field, label, hint }: NumberFieldProps) {
  return (
    <Field label={label} hint={hint} fault={faultOf(field)}>
      {(attributes) => (
        <div class="time-field">
          <input
            {...attributes}
            inputMode="decimal"
            autocomplete="off"
            maxLength={12}
            placeholder="0"
            value={draft[field] ?? ''}
            onInput={(event) => change({ [field]: event.currentTarget.value })}
          />
          <select
            aria-label={t('limits.time.unit', { field: label })}
            value={draft[`${field}.unit`] ?? '60'}
            onChange={(event) => change({ [`${field}.unit`]: event.currentTarget.value })}
          >
            {TIME_UNITS.map(([value, key]) => (
              <option key={value} value={value}>
                {t(key)}
              </option>
            ))}
          </select>
        </div>
      )}
    </Field>
  );
}
