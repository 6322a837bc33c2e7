/** The fields of each kind of command. */
import type { EdgeDetail } from '../../../../devices/wire/edges.ts';
import { parameterName } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { Field } from '../../parts/field.tsx';
import { stations } from '../../state.ts';
import type { TextKey } from '../../texts/texts.ts';
import { allInstruments, type Filled, TABLES, writesOf } from './command-draft.ts';
import type { CommandKind } from './command-form.tsx';
import { placeOf, type Write } from './order-words.ts';

interface FieldsProps {
  readonly edge: EdgeDetail;
  readonly filled: Filled;
  readonly faults: Readonly<Record<string, TextKey>>;
  readonly change: (fields: Filled) => void;
}

export function CommandFields({ kind, ...fields }: FieldsProps & { kind: CommandKind }) {
  switch (kind) {
    case 'read':
      return <ReadFields {...fields} />;
    case 'write':
      return <WriteFields {...fields} />;
    case 'rescan':
      return <Place {...fields} all />;
    case 'log':
      return <NumberOf {...fields} field="lines" label={t('fleet.field.lines')} />;
    case 'restart':
      return null;
  }
}

interface OneFieldProps extends FieldsProps {
  readonly field: string;
  readonly label: string;
  readonly hint?: string;
}

const faultIn = ({ faults }: FieldsProps, field: string): string | null => {
  const key = faults[field];
  return key === undefined ? null : t(key);
};

function NumberOf({ field, label, hint, ...form }: OneFieldProps) {
  return (
    <Field label={label} hint={hint} fault={faultIn(form, field)}>
      {(attributes) => (
        <input
          {...attributes}
          inputMode="decimal"
          autocomplete="off"
          maxLength={12}
          value={form.filled[field] ?? ''}
          onInput={(event) => form.change({ [field]: event.currentTarget.value })}
        />
      )}
    </Field>
  );
}

interface SelectOfProps extends OneFieldProps {
  readonly options: ReadonlyArray<readonly [string, string]>;
}

function SelectOf({ field, label, hint, options, ...form }: SelectOfProps) {
  return (
    <Field label={label} hint={hint} fault={faultIn(form, field)}>
      {(attributes) => (
        <select
          {...attributes}
          value={form.filled[field] ?? ''}
          onChange={(event) => form.change({ [field]: event.currentTarget.value })}
        >
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

function Place({ all = false, ...form }: FieldsProps & { all?: boolean }) {
  const places = allInstruments(form.edge).map((place) => {
    const [station = '', instrument = ''] = place.split('/');
    return [place, placeOf(form.edge, station, instrument)] as const;
  });
  return (
    <SelectOf
      {...form}
      field="place"
      label={t('fleet.field.instrument')}
      options={all ? [['', t('fleet.field.allInstruments')], ...places] : places}
    />
  );
}

function ReadFields(form: FieldsProps) {
  return (
    <>
      <Place {...form} />
      <SelectOf
        {...form}
        field="table"
        label={t('fleet.field.table')}
        options={TABLES.map((table) => [table, t(`fleet.table.${table}`)])}
      />
      <div class="form-row">
        <NumberOf {...form} field="address" label={t('fleet.field.address')} />
        <NumberOf {...form} field="count" label={t('fleet.field.count')} hint={t('fleet.field.countHint')} />
      </div>
    </>
  );
}

function WriteFields(form: FieldsProps) {
  const { edge, filled, change } = form;
  const writable = allInstruments(edge).filter((place) => writesOf(edge, place).length > 0);
  if (writable.length === 0) return <p class="quiet-text">{t('fleet.field.noWrites')}</p>;
  const writes = writesOf(edge, filled.place ?? '');
  const write = writes.find(({ name }) => name === filled.write);
  const options = writable.map((place) => {
    const [station = '', instrument = ''] = place.split('/');
    return [place, placeOf(edge, station, instrument)] as const;
  });
  return (
    <>
      <SelectOf
        {...form}
        field="place"
        label={t('fleet.field.instrument')}
        options={options}
        change={({ place = '' }) =>
          change({ place, write: writesOf(edge, place)[0]?.name ?? '', value: '', effect: '' })
        }
      />
      <SelectOf
        {...form}
        field="write"
        label={t('fleet.field.write')}
        options={writes.map(({ name, label, dangerous }) => [
          name,
          dangerous ? t('fleet.field.dangerous', { label }) : label,
        ])}
        change={({ write: name = '' }) => change({ write: name, value: '' })}
      />
      {write && <ValueField {...form} write={write} />}
      <EffectFields {...form} />
    </>
  );
}

function ValueField({ write, ...form }: FieldsProps & { write: Write }) {
  const { allowed } = write;
  if ('values' in allowed)
    return (
      <SelectOf
        {...form}
        field="value"
        label={t('fleet.field.value')}
        hint={write.note}
        options={[
          ['', t('fleet.field.choose')],
          ...allowed.values.map((n) => [String(n), String(n)] as const),
        ]}
      />
    );
  const range = t('fleet.field.range', { min: allowed.min, max: allowed.max });
  return <NumberOf {...form} field="value" label={t('fleet.field.value')} hint={`${range} ${write.note}`} />;
}

/** What shows that it worked, in a reading of the same station. */
function EffectFields(form: FieldsProps) {
  const [station = ''] = (form.filled.place ?? '').split('/');
  const parameters = stations.value.get(station)?.parameters ?? [];
  return (
    <details class="form-more">
      <summary>{t('fleet.field.effect')}</summary>
      <div class="form">
        <SelectOf
          {...form}
          field="effect"
          label={t('fleet.field.parameter')}
          hint={t('fleet.field.effectHint')}
          options={[
            ['', t('app.none')],
            ...parameters.map(({ id }) => [id, parameterName(id, language.value)] as const),
          ]}
        />
        {(form.filled.effect ?? '') !== '' && (
          <div class="form-row">
            <NumberOf {...form} field="min" label={t('fleet.field.min')} />
            <NumberOf {...form} field="max" label={t('fleet.field.max')} />
            <NumberOf {...form} field="within" label={t('fleet.field.within')} />
          </div>
        )}
      </div>
    </details>
  );
}
