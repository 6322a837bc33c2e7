/** The editor's form must refuse what the schema refuses, and nothing else: its script is run with the editor's part played. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { LIMIT_KINDS, limitFields } from '../../devices/limit.ts';
import { readLimit } from '../../devices/rules/node-config.ts';
import { limitChoices } from './choices.ts';

const html = readFileSync(join(import.meta.dirname, 'limit.html'), 'utf8');

interface Definition {
  readonly required?: boolean;
  readonly validate?: (value: unknown) => boolean;
}

const defaults = (() => {
  let known: Record<string, Definition> = {};
  const RED = {
    settings: { quantracLimitChoices: limitChoices },
    nodes: {
      registerType: (_name: string, type: { defaults: Record<string, Definition> }) =>
        (known = type.defaults),
    },
  };
  const script = /<script type="text\/javascript">([\s\S]*)<\/script>/.exec(html)?.[1] ?? '';
  // No form is open.
  runInNewContext(script, { RED, $: () => ({ length: 0 }) });
  return known;
})();

/** As the editor does: a field that is required and empty is wrong, otherwise its own check counts. */
const wrongFields = (config: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(defaults)
    .filter(([field, { required, validate }]) => {
      const value = config[field];
      if (required && (value === undefined || value === '')) return true;
      return validate ? !validate.call(config, value) : false;
    })
    .map(([field]) => field);

const high = { name: 'x', parameter: 'ph', level: 'notice', quality: 'good', kind: 'high', raise: '9' };
const band = { ...high, kind: 'outside', raise: '', low: '6', high: '9' };
const rate = { ...high, kind: 'rate', within_s: '600', direction: 'up' };
const deviation = { ...high, kind: 'deviation' };
const air = {
  ...high,
  parameter: 'pm2_5_24h',
  kind: 'standard',
  raise: '',
  standard: 'qcvn-05',
  water: '',
  class: '',
};
const water = { ...air, parameter: 'ph', standard: 'qcvn-08', water: 'river', class: 'B' };
const stale = { ...high, kind: 'stale', raise: '', after_s: '60' };

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['high', high],
  ['low', { ...high, kind: 'low', clear: '9.5' }],
  ['high with all', { ...high, clear: '8', hold_s: '60', clear_hold_s: 0, needed: '2', of: '3' }],
  ['band', { ...band, clear_low: '6.5', clear_high: '8.5' }],
  ['band, one clear value', { ...band, clear_high: '8.5' }],
  ['rate', { ...rate, clear: '0' }],
  ['deviation', { ...deviation, clear: '4', mads: '4', days: '7', least_days: '7' }],
  ['stale', stale],
  ['air by QCVN 05', air],
  ['a river by QCVN 08', water],
  ['a lake by QCVN 08', { ...water, parameter: 'chlorophyll', water: 'lake', class: 'A' }],
  ['leavings of a standard', { ...high, standard: 'qcvn-08', water: 'sea', class: 'E' }],
  ['leavings of another kind', { ...stale, raise: '5', clear: '99', within_s: '-1', hold_s: '-1' }],
  ['season and hours', { ...high, months_from: '11', months_to: '4', hours_from: '22', hours_to: '6' }],
  ['night to midnight', { ...high, hours_from: 22, hours_to: 24 }],
])('right in the form and in the schema: %s', (_title, config) => {
  expect(readLimit(config)).toBeTypeOf('object');
  expect(wrongFields(config)).toEqual([]);
});

test.each<[string, Readonly<Record<string, unknown>>, string]>([
  ['no name', { ...high, name: '' }, 'name'],
  ['bad name', { ...high, name: 'Ngưỡng 1' }, 'name'],
  ['unknown parameter', { ...high, parameter: 'pm3' }, 'parameter'],
  ['unknown kind', { ...high, kind: 'hihg' }, 'kind'],
  ['unknown level', { ...high, level: 'loud' }, 'level'],
  ['unknown direction', { ...rate, direction: 'left' }, 'direction'],
  ['no raise', { ...high, raise: '' }, 'raise'],
  ['raise in words', { ...high, raise: 'nine' }, 'raise'],
  ['clear above a high raise', { ...high, clear: '9.5' }, 'clear'],
  ['clear below a low raise', { ...high, kind: 'low', clear: '8' }, 'clear'],
  ['clear in words', { ...high, clear: 'eight' }, 'clear'],
  ['negative hold', { ...high, hold_s: '-1' }, 'hold_s'],
  ['negative hold to clear', { ...stale, clear_hold_s: '-1' }, 'clear_hold_s'],
  ['hold of days', { ...high, hold_s: '86401' }, 'hold_s'],
  ['more needed than there are', { ...high, needed: '3', of: '2' }, 'needed'],
  ['needed of nothing', { ...high, needed: '2' }, 'of'],
  ['nothing needed', { ...high, of: '2' }, 'needed'],
  ['half a sample', { ...high, needed: '1.5', of: '3' }, 'needed'],
  ['band upside down', { ...band, low: '9', high: '6' }, 'low'],
  ['band without a side', { ...band, high: '' }, 'high'],
  ['band clears below', { ...band, clear_low: '5' }, 'clear_low'],
  ['band clears above', { ...band, clear_high: '10' }, 'clear_high'],
  ['band clears upside down', { ...band, clear_low: '8', clear_high: '7' }, 'clear_low'],
  ['rate of nothing', { ...rate, raise: '0' }, 'raise'],
  ['rate without a time', { ...rate, within_s: '' }, 'within_s'],
  ['rate clears beyond', { ...rate, clear: '10' }, 'clear'],
  ['rate clears below nothing', { ...rate, clear: '-1' }, 'clear'],
  ['deviation, negative mads', { ...deviation, mads: '-4' }, 'mads'],
  ['deviation of too many days', { ...deviation, days: '15' }, 'days'],
  ['deviation of too few days', { ...deviation, days: '3' }, 'least_days'],
  ['stale without a time', { ...stale, after_s: '' }, 'after_s'],
  ['a value of a moment by QCVN 05', { ...air, parameter: 'pm2_5' }, 'parameter'],
  ['unknown parameter by QCVN 05', { ...air, parameter: 'pm3' }, 'parameter'],
  ['QCVN 05 of a river', { ...air, water: 'river' }, 'water'],
  ['QCVN 05 with a class', { ...air, class: 'B' }, 'class'],
  ['unknown standard', { ...air, standard: 'qcvn-06' }, 'standard'],
  ['no standard', { ...air, standard: '' }, 'standard'],
  ['QCVN 08 of nowhere', { ...water, water: '' }, 'water'],
  ['QCVN 08 without a class', { ...water, class: '' }, 'class'],
  ['a class that lakes lack', { ...water, parameter: 'cod', water: 'lake', class: 'C' }, 'class'],
  ['no row in the table', { ...water, parameter: 'turbidity' }, 'parameter'],
  ['no bound in the row', { ...water, class: 'D' }, 'parameter'],
  ['month 13', { ...high, months_from: '11', months_to: '13' }, 'months_to'],
  ['half a season', { ...high, months_from: '11' }, 'months_to'],
  ['hour 24 as a beginning', { ...high, hours_from: '24', hours_to: '6' }, 'hours_from'],
  ['no hours at all', { ...high, hours_from: '6', hours_to: '6' }, 'hours_to'],
])('wrong in the form and in the schema: %s', (_title, config, field) => {
  expect(readLimit(config)).toBeTypeOf('string');
  expect(wrongFields(config)).toContain(field);
});

test('every field of every kind stands in the form, with a default and a check', () => {
  const fields = new Set(LIMIT_KINDS.flatMap(limitFields));
  fields.delete('when');
  for (const field of [...fields, 'months_from', 'months_to', 'hours_from', 'hours_to']) {
    expect(html).toContain(`id="node-input-${field}"`);
    expect(Object.keys(defaults)).toContain(field);
  }
});
