/** Parts of the form that only some limits need: a standard, votes of samples, season and hours. */
import { t } from '../../i18n.ts';
import { Field } from '../../parts/field.tsx';
import type { FormProps } from './limit-form.tsx';
import { NumberField } from './number-field.tsx';
import { monthName, STANDARD_NAMES } from './sentence.ts';

interface SelectProps extends FormProps {
  readonly field: string;
  readonly label: string;
  readonly options: ReadonlyArray<readonly [string, string]>;
  readonly none?: string;
}

function Select({ draft, change, faultOf, field, label, options, none }: SelectProps) {
  return (
    <Field label={label} fault={faultOf(field)}>
      {(attributes) => (
        <select
          {...attributes}
          value={draft[field] ?? ''}
          onChange={(event) => change({ [field]: event.currentTarget.value })}
        >
          {none !== undefined && <option value="">{none}</option>}
          {options.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function StandardFields(form: FormProps) {
  const { standard } = form.draft;
  return (
    <>
      <Select
        {...form}
        field="standard"
        label={t('limits.form.standard')}
        options={Object.entries(STANDARD_NAMES)}
        none={t('limits.form.choose')}
      />
      {standard === 'qcvn-08' && (
        <div class="form-row">
          <Select
            {...form}
            field="water"
            label={t('limits.form.water')}
            options={(['river', 'lake'] as const).map((water) => [water, t(`limits.water.${water}`)])}
            none={t('limits.form.choose')}
          />
          <Select
            {...form}
            field="class"
            label={t('limits.form.class')}
            options={['A', 'B', 'C', 'D'].map((level) => [level, t('limits.class', { level })])}
            none={t('limits.form.choose')}
          />
        </div>
      )}
      <p class="field-hint">{t('limits.hint.standard')}</p>
    </>
  );
}

export function VoteFields(form: FormProps) {
  return (
    <fieldset class="choice-group">
      <legend>{t('limits.form.votes')}</legend>
      <div class="form-row">
        <NumberField {...form} field="needed" label={t('limits.field.needed')} plain />
        <NumberField {...form} field="of" label={t('limits.field.of')} plain />
      </div>
    </fieldset>
  );
}

const MONTHS = Array.from({ length: 12 }, (_, index) => index + 1);
const HOURS = Array.from({ length: 25 }, (_, hour) => hour);

export function WhenFields(form: FormProps) {
  const { faultOf } = form;
  const months = MONTHS.map((month) => [String(month), monthName(month)] as const);
  const hours = HOURS.map((hour) => [String(hour), t('limits.hour', { hour })] as const);
  const always = t('limits.form.always');
  const fault = faultOf('months') ?? faultOf('hours') ?? faultOf('when');
  return (
    <fieldset class="choice-group">
      <legend>{t('limits.form.when')}</legend>
      <div class="form-row">
        <Select
          {...form}
          field="months.from"
          label={t('limits.field.monthsFrom')}
          options={months}
          none={always}
        />
        <Select
          {...form}
          field="months.to"
          label={t('limits.field.monthsTo')}
          options={months}
          none={always}
        />
      </div>
      <div class="form-row">
        <Select
          {...form}
          field="hours.from"
          label={t('limits.field.hoursFrom')}
          options={hours.slice(0, 24)}
          none={always}
        />
        <Select {...form} field="hours.to" label={t('limits.field.hoursTo')} options={hours} none={always} />
      </div>
      {fault !== null && <p class="field-fault">{fault}</p>}
    </fieldset>
  );
}
