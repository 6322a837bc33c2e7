/** Who may import whom, and that no import goes in a circle. The layout's rules: docs/architecture.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** Folder → folders whose code it may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  devices: [],
  edge: ['devices'],
  gateway: ['devices'],
  flows: ['devices'],
  dashboards: ['devices'],
  demo: ['devices', 'gateway'],
  commands: ['devices', 'edge', 'gateway', 'flows', 'demo'],
};

/** devices is pure: files, sockets and clocks are for these two folders of it. */
const DEVICES_WITH_NODE = ['devices/kit/', 'devices/simulator/'];
/** dashboards takes types from anywhere in devices, but runs only these: labels and plain sums, with no library behind them. */
const DASHBOARDS_MAY_RUN = [
  'devices/distance.ts',
  'devices/local-time.ts',
  'devices/parameter.ts',
  'devices/unit.ts',
  'devices/quality.ts',
  'devices/standards/fire-levels.ts',
];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const isTest = (file: string) => /\.(test|contract)\.tsx?$/.test(file);

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|js|mjs)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !/(^|\/)(dist|node_modules)\//.test(file));
}

/** `import … from`, `export … from`, `import '…'` and `import('…')`. */
const STATEMENT =
  /^\s*(?:import|export)\b([^;'"]*?)\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(STATEMENT)].map((match) => {
    const specifier = match[2] ?? match[3] ?? match[4] ?? '';
    const to = specifier.startsWith('.') ? relative(ROOT, join(ROOT, dirname(file), specifier)) : specifier;
    return { from: file, to, typeOnly: /^\s*type\b/.test(match[1] ?? '') };
  });
}

const files = Object.keys(MAY_IMPORT).flatMap(sources);
const imports = files.flatMap(importsOf);
const own = (file: string) => Object.keys(MAY_IMPORT).find((folder) => file.startsWith(`${folder}/`));

test('the check sees the files and their imports', () => {
  expect(files.length).toBeGreaterThan(60);
  expect(imports).toContainEqual({ from: 'gateway/app.ts', to: 'gateway/broker/broker.ts', typeOnly: false });
  expect(imports).toContainEqual({ from: 'gateway/receive.ts', to: 'zod', typeOnly: true });
});

test('no folder imports what it may not', () => {
  const wrong = imports.filter(({ from, to }) => {
    const [source, target] = [own(from), own(to)];
    if (source === undefined || target === undefined || source === target) return false;
    // Tests may use a neighbour's parts; what runs may not.
    return !isTest(from) && !MAY_IMPORT[source]?.includes(target);
  });
  expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

test('devices touches no file, socket or clock outside kit and simulator', () => {
  const pure = imports.filter(
    ({ from }) =>
      from.startsWith('devices/') &&
      !isTest(from) &&
      !DEVICES_WITH_NODE.some((folder) => from.startsWith(folder)),
  );
  const wrong = pure.filter(
    ({ to }) => to.startsWith('node:') || DEVICES_WITH_NODE.some((folder) => to.startsWith(folder)),
  );
  expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

test('dashboards runs labels of devices and takes only types from the rest', () => {
  const wrong = imports.filter(
    ({ from, to, typeOnly }) =>
      from.startsWith('dashboards/') &&
      !isTest(from) &&
      to.startsWith('devices/') &&
      !typeOnly &&
      !DASHBOARDS_MAY_RUN.includes(to),
  );
  expect(wrong.map(({ from, to }) => `${from} runs ${to}`)).toEqual([]);
});

test('a relative import names its file with its ending', () => {
  const known = new Set(files);
  const wrong = imports.filter(
    ({ to }) => own(to) !== undefined && !known.has(to) && !/\.(css|json|yaml|svg|html)$/.test(to),
  );
  expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

test('no import goes in a circle', () => {
  // Types vanish before anything runs, so they may look both ways.
  const graph = new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .filter(({ typeOnly }) => !typeOnly)
        .map(({ to }) => to),
    ]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    const seen = path.indexOf(file);
    if (seen >= 0) {
      circles.push([...path.slice(seen), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) if (graph.has(next)) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  expect(circles).toEqual([]);
});
