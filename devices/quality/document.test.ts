import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PARAMETER_IDS, type ParameterId, parameterOf } from '../parameter.ts';
import { UNITS } from '../unit.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/quality.md'), 'utf8');

function row(parameter: ParameterId): string {
  const { tests, unit } = parameterOf(parameter);
  const { spike, ratePerMin, flat } = tests;
  const amount = (value: number | undefined) =>
    value === undefined ? '' : `${value} ${UNITS[unit].label}`.trim();
  const cells = [
    parameter,
    amount(spike),
    amount(ratePerMin),
    flat ? `${flat.seconds / 3600} h` : '',
    amount(flat?.tolerance),
    flat?.rest ? `${flat.rest[0]} to ${flat.rest[1]}` : '',
  ];
  return `| ${cells.join(' | ')} |`;
}

test('the page has the defaults of every parameter that has tests', () => {
  const [, after = ''] = page.split('| may stand still |\n| --- | --- | --- | --- | --- | --- |\n');
  const tested = PARAMETER_IDS.filter((id) => Object.keys(parameterOf(id).tests).length > 0);
  expect(after.split('\n\n')[0]?.split('\n')).toEqual(tested.map(row));
});
