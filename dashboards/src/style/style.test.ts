/** The stylesheet of a view comes with it and stays: what it rules must be its own, whatever was opened before. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SOURCE = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(SOURCE, path), 'utf8');

/** `shared`: there from the first load on. Else the view, or the sheet of several of them, whose rules come later. */
function roomOf(path: string): string {
  const [folder, name = ''] = path.split('/');
  if (folder === 'views') return name;
  return FIRST.has(path) ? 'shared' : path;
}
const FIRST = new Set([...read('main.tsx').matchAll(/'\.\/(style\/[\w-]+\.css)'/g)].map((found) => found[1]));

interface Rule {
  readonly file: string;
  readonly room: string;
  readonly selector: string;
  readonly classes: readonly string[];
}

/** Every selector of a sheet; without those within another rule (`&`), of keyframes, and of the page's tokens. */
function rulesOf(file: string): Rule[] {
  const text = read(file).replace(/\/\*.*?\*\//gs, '');
  return [...text.matchAll(/([^{};]+)\{/g)]
    .flatMap(([, head = '']) => (head.trim().startsWith('@') ? [] : head.split(/,(?![^(]*\))/)))
    .map((selector) => selector.trim().replace(/\s+/g, ' '))
    .filter((selector) => !/^(&.*|[\d.]+%|from|to|:root)$/.test(selector))
    .map((selector) => ({
      ...{ file, room: roomOf(file), selector },
      classes: [...selector.matchAll(/\.([a-z][\w-]*)/gi)].map(([, name = '']) => name),
    }));
}

const RULES = globSync('{style,views}/**/*.css', { cwd: SOURCE }).sort().flatMap(rulesOf);
const rooms = Map.groupBy(
  RULES.flatMap(({ room, classes }) => classes.map((name) => ({ name, room }))),
  ({ name }) => name,
);
const isOwn = (name: string, room: string): boolean =>
  rooms.get(name)?.every((other) => other.room === room) ?? false;

/** Without a class that is the view's alone. */
const bare = RULES.filter(
  ({ room, classes }) => room !== 'shared' && !classes.some((name) => isOwn(name, room)),
);
const bareOf = (name: string): Rule[] => bare.filter(({ classes }) => classes.includes(name));
const sharedOf = (name: string): Rule[] =>
  RULES.filter(({ room, classes }) => room === 'shared' && classes.includes(name));

test('no class is ruled by two views, or by a view and for all', () => {
  const faults = bare.flatMap(({ file, room, selector, classes }) => {
    const others = classes.flatMap((name) =>
      [...bareOf(name), ...sharedOf(name)].filter((other) => other.room !== room).map((other) => other.file),
    );
    if (classes.length > 0 && others.length === 0) return [];
    return [`${file}: ${selector} (also ${[...new Set(others)].join(', ') || 'every element'})`];
  });
  expect(faults).toEqual([]);
});

/** Where a class is ruled by itself, not only within something of the view's own. */
const isFirst = (name: string, { selector }: Rule): boolean =>
  new RegExp(`^[a-z]*\\.${name}(?![\\w-])`).test(selector);

test('what all views share and the frame are not left to the sheet of a view', () => {
  const faults = globSync('{parts,frame}/*.tsx', { cwd: SOURCE }).flatMap((file) =>
    [...read(file).matchAll(/class="([^"]+)"/g)]
      .flatMap(([, names = '']) => names.split(' '))
      .filter((name) => sharedOf(name).length === 0)
      .flatMap((name) =>
        RULES.filter((rule) => isFirst(name, rule)).map(
          (rule) => `${file}: ${name} is ruled in ${rule.file}`,
        ),
      ),
  );
  expect(faults).toEqual([]);
});
