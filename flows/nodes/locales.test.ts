import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DIRECTIONS, LEVELS, LIMIT_KINDS, STANDARDS, WATERS } from '../../devices/limit.ts';
import { COUNTED } from '../../devices/rules/combine.ts';
import { STATION_KINDS } from '../../devices/word.ts';
import { NO_LINK } from './contract.ts';

const folder = (language: string) => join(import.meta.dirname, 'locales', language);
const catalog = (language: string, name: string) =>
  keys(JSON.parse(readFileSync(join(folder(language), `${name}.json`), 'utf8')));

function keys(value: object, path = ''): string[] {
  return Object.entries(value).flatMap(([key, child]) =>
    typeof child === 'object' ? keys(child, `${path}${key}.`) : [`${path}${key}`],
  );
}

const NODES = ['readings', 'limit', 'combine', 'sustain', 'alarm', 'broker'];

test.each(NODES)('node %s speaks Vietnamese and English alike, with help in both', (name) => {
  expect(catalog('vi', name)).toEqual(catalog('en-US', name));
  for (const language of ['vi', 'en-US'])
    expect(existsSync(join(folder(language), `${name}.html`))).toBe(true);
});

test.each(NODES)('every text that the form of %s asks for is in its catalog', (name) => {
  const form = readFileSync(join(import.meta.dirname, `${name}.html`), 'utf8');
  const asked = [...form.matchAll(/data-i18n="(?:\[\w+\])?([\w.-]+)"|this\._\('([\w.-]+)'\)/g)].map(
    ([, attribute, call]) => attribute ?? call,
  );
  expect(asked.length).toBeGreaterThan(0);
  expect(catalog('vi', name)).toEqual(expect.arrayContaining(asked));
});

test('what the handlers say by key and the lists they offer are in the catalogs', () => {
  expect(catalog('vi', 'readings')).toEqual(
    expect.arrayContaining([NO_LINK.text, 'status.away', ...STATION_KINDS.map((kind) => `kind.${kind}`)]),
  );
  expect(catalog('vi', 'alarm')).toEqual(
    expect.arrayContaining([NO_LINK.text, 'status.away', 'status.flood']),
  );
  for (const name of ['limit', 'combine', 'sustain', 'alarm'])
    expect(catalog('vi', name)).toContain('status.circle');
  for (const name of ['combine', 'sustain'])
    expect(catalog('vi', name)).toEqual(expect.arrayContaining(LEVELS.map((level) => `level.${level}`)));
  expect(catalog('vi', 'combine')).toEqual(expect.arrayContaining(COUNTED.map((counted) => `of.${counted}`)));
  expect(catalog('vi', 'sustain')).toContain(NO_LINK.text);
  expect(catalog('vi', 'limit')).toEqual(
    expect.arrayContaining([
      'status.waiting',
      ...LEVELS.map((level) => `level.${level}`),
      ...LIMIT_KINDS.map((kind) => `kind.${kind}`),
      ...DIRECTIONS.map((direction) => `direction.${direction}`),
      ...STANDARDS.map((standard) => `standard.${standard}`),
      ...WATERS.map((water) => `water.${water}`),
    ]),
  );
});

test('there is no file for a language or node that does not exist', () => {
  for (const language of ['vi', 'en-US']) {
    expect(readdirSync(folder(language)).sort()).toEqual(
      NODES.flatMap((n) => [`${n}.html`, `${n}.json`]).sort(),
    );
  }
});
