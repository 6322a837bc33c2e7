/** The form of one limit: what its kind has for fields. Purely what is typed; the editor knows what becomes of it. */
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { parameterName } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { Choice } from '../../parts/choice.tsx';
import { Field } from '../../parts/field.tsx';
import type { TextKey } from '../../texts/texts.ts';
import type { Level, LimitKind } from './calls.ts';
import { type Draft, derivedFor, isMeasured, LIMIT_KINDS } from './draft.ts';
import { StandardFields, VoteFields, WhenFields } from './form-parts.tsx';
import { NumberField, TimeField } from './number-field.tsx';

export interface FormProps {
  readonly draft: Draft;
  readonly change: (fields: Readonly<Record<string, string>>) => void;
  readonly faultOf: (field: string) => string | null;
}

interface LimitFormProps extends FormProps {
  readonly station: StationAnswer;
  readonly isNew: boolean;
}

const LEVELS: readonly Level[] = ['notice', 'warning', 'critical'];

/** What is silent are the instruments; what has no number cannot be compared with one. */
export const kindsFor = (parameter: string): readonly LimitKind[] =>
  isMeasured(parameter) ? LIMIT_KINDS : LIMIT_KINDS.filter((kind) => kind !== 'stale');

export function LimitForm({ station, isNew, ...form }: LimitFormProps) {
  const { draft, change, faultOf } = form;
  return (
    <div class="form limit-form">
      {isNew && <WhatFields station={station} {...form} />}
      <fieldset class="choice-group">
        <legend>{t('limits.form.level')}</legend>
        <Choice
          label={t('limits.form.level')}
          options={LEVELS.map((value) => ({ value, name: t(`level.${value}`) }))}
          value={draft.level as Level}
          choose={(level) => change({ level })}
        />
      </fieldset>
      <KindFields {...form} />
      {draft.kind !== 'stale' && (
        <TimeField {...form} field="hold_s" label={t('limits.field.hold_s')} hint={t('limits.hint.hold_s')} />
      )}
      <TimeField
        {...form}
        field="clear_hold_s"
        label={t('limits.field.clear_hold_s')}
        hint={t('limits.hint.clear_hold_s')}
      />
      <details class="form-more" open={faultOf('needed') !== null || faultOf('of') !== null}>
        <summary>{t('limits.form.more')}</summary>
        <div class="form">
          {draft.kind !== 'stale' && <VoteFields {...form} />}
          <WhenFields {...form} />
          <label class="tick">
            <input
              type="checkbox"
              checked={draft.quality === 'suspect'}
              onChange={(event) => change({ quality: event.currentTarget.checked ? 'suspect' : 'good' })}
            />
            <span>{t('limits.form.suspect')}</span>
          </label>
        </div>
      </details>
    </div>
  );
}

function WhatFields({ station, draft, change, faultOf }: FormProps & { station: StationAnswer }) {
  const measured = station.parameters.map(({ id }) => id).filter(isMeasured);
  const others = derivedFor(station.kind);
  const option = (id: string) => (
    <option key={id} value={id}>
      {parameterName(id, language.value)}
    </option>
  );
  return (
    <>
      <Field label={t('limits.form.parameter')} fault={faultOf('parameter')}>
        {(attributes) => (
          <select
            {...attributes}
            value={draft.parameter}
            onChange={(event) => change({ parameter: event.currentTarget.value })}
          >
            <optgroup label={t('limits.form.measured')}>{measured.map(option)}</optgroup>
            {others.length > 0 && <optgroup label={t('limits.form.derived')}>{others.map(option)}</optgroup>}
          </select>
        )}
      </Field>
      <Field label={t('limits.form.kind')} fault={faultOf('kind')}>
        {(attributes) => (
          <select
            {...attributes}
            value={draft.kind}
            onChange={(event) => change({ kind: event.currentTarget.value })}
          >
            {kindsFor(draft.parameter ?? '').map((kind) => (
              <option key={kind} value={kind}>
                {t(`limits.kind.${kind}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t('limits.form.name')} hint={t('limits.hint.name')} fault={faultOf('name')}>
        {(attributes) => (
          <input
            {...attributes}
            value={draft.name}
            maxLength={63}
            autocapitalize="none"
            spellcheck={false}
            onInput={(event) => change({ name: event.currentTarget.value })}
          />
        )}
      </Field>
    </>
  );
}

/** Of each kind the values to raise and to clear, in the order in which one thinks of them. */
const VALUES: Readonly<Record<LimitKind, readonly string[]>> = {
  high: ['raise', 'clear'],
  low: ['raise', 'clear'],
  outside: ['low', 'high', 'clear_low', 'clear_high'],
  rate: ['raise', 'clear'],
  deviation: ['raise', 'clear', 'mads'],
  stale: [],
  standard: [],
};

function KindFields(form: FormProps) {
  const { kind } = form.draft;
  return (
    <>
      {VALUES[kind].length > 0 && (
        <div class="form-row">
          {VALUES[kind].map((field) => (
            <NumberField key={field} {...form} field={field} label={labelOf(kind, field)} />
          ))}
        </div>
      )}
      {kind === 'rate' && <TimeField {...form} field="within_s" label={t('limits.field.within_s')} />}
      {kind === 'stale' && <TimeField {...form} field="after_s" label={t('limits.field.after_s')} />}
      {kind === 'standard' && <StandardFields {...form} />}
      {(kind === 'rate' || kind === 'deviation') && (
        <fieldset class="choice-group">
          <legend>{t('limits.form.direction')}</legend>
          <Choice
            label={t('limits.form.direction')}
            options={(['up', 'down', 'both'] as const).map((value) => ({
              value,
              name: t(`limits.direction.${value}`),
            }))}
            value={(form.draft.direction ?? 'both') as 'up' | 'down' | 'both'}
            choose={(direction) => form.change({ direction })}
          />
        </fieldset>
      )}
      {kind === 'deviation' && (
        <div class="form-row">
          <NumberField {...form} field="days" label={t('limits.field.days')} plain />
          <NumberField {...form} field="least_days" label={t('limits.field.least_days')} plain />
        </div>
      )}
    </>
  );
}

/** "Báo khi từ" of a high limit is "Báo khi còn" of a low one. */
function labelOf(kind: LimitKind, field: string): string {
  if (kind === 'low' && (field === 'raise' || field === 'clear')) return t(`limits.field.low.${field}`);
  if ((kind === 'rate' || kind === 'deviation') && (field === 'raise' || field === 'clear'))
    return t(`limits.field.change.${field}`);
  return t(`limits.field.${field}` as TextKey);
}
