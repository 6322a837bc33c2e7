/**
 * `npm run check`: the licence of each package that runs in production, against those that an Apache-2.0 product may ship
 * with. From the lock and what is installed, without the network.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** SPDX identifiers. */
const ALLOWED = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
];

/** Package → its licence and why it may stay. */
const EXCEPTIONS: Readonly<Record<string, { readonly licence: string; readonly why: string }>> = {
  argparse: { licence: 'Python-2.0', why: 'permissive; the licence of Python' },
  'cli-table': { licence: 'none named', why: 'MIT by the text of its README' },
  npm: { licence: 'Artistic-2.0', why: 'a program of its own that Node-RED calls, unchanged and not linked' },
  pause: { licence: 'none named', why: 'MIT by the text of its README' },
  'qrcode-terminal': { licence: 'Apache 2.0', why: 'Apache-2.0, spelled otherwise' },
  'sparkplug-payload': {
    licence: 'EPL-2.0',
    why: 'weak copyleft on its own files, which are used unchanged',
  },
  'spdx-exceptions': { licence: 'CC-BY-3.0', why: 'a list of words, part of npm' },
  'web-push': { licence: 'MPL-2.0', why: 'weak copyleft on its own files, which are used unchanged' },
};

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      dev: z.boolean().optional(),
      optional: z.boolean().optional(),
      link: z.boolean().optional(),
      license: z.string().optional(),
    }),
  ),
});
const typed = z.object({ type: z.string() });
const manifestSchema = z.object({
  license: z.union([z.string(), typed]).optional(),
  licenses: z.array(typed).optional(),
});

export interface LicenceFault {
  readonly path: string;
  readonly licence: string;
}

/** A choice (`A OR B`) is good when one of them is, a sum (`A AND B`) when all are. */
export const isAllowed = (expression: string): boolean =>
  expression
    .replace(/[()]/g, ' ')
    .split(/\s+OR\s+/)
    .some((choice) => choice.split(/\s+AND\s+/).every((one) => ALLOWED.includes(one.trim())));

/** What may not ship, of the packages of a folder with package-lock.json and node_modules. Throws when one that is needed is absent. */
export function licenceFaults(root: string): LicenceFault[] {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  return Object.entries(packages).flatMap(([path, entry]) => {
    if (path === '' || entry.dev === true || entry.link === true) return [];
    // What is for another system is not installed here: the lock knows its licence.
    const licence = licenceOf(join(root, path)) ?? (entry.optional === true ? entry.license : undefined);
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const known = licence ?? 'none named';
    if (EXCEPTIONS[name]?.licence === known || isAllowed(known)) return [];
    return [{ path, licence: known }];
  });
}

function licenceOf(folder: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, 'package.json'), 'utf8');
  } catch {
    return undefined;
  }
  const { license, licenses } = manifestSchema.parse(JSON.parse(text));
  if (license !== undefined) return typeof license === 'string' ? license : license.type;
  return licenses?.map(({ type }) => type).join(' OR ');
}

if (import.meta.main) {
  const faults = licenceFaults(join(import.meta.dirname, '../..'));
  for (const { path, licence } of faults)
    process.stderr.write(`${path}: licence ${licence} is not on the list of test/checks/licences.ts\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
