/** Every command that the docs print is one that the command line takes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { buildProgram } from '../commands/program.ts';

const ROOT = join(import.meta.dirname, '..');
const FILES = [
  'README.md',
  'SECURITY.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

interface Printed {
  /** Words after `quantrac`. */
  readonly words: readonly string[];
  /** In the middle of a sentence: it may leave out what it needs, but name nothing that is not there. */
  readonly inText: boolean;
}

const CALL = /^(?:sudo -u \S+ )?(?:[A-Z_]+=\S* )*(?:npm run (?:--silent )?quantrac -- |quantrac )(.*)$/;
/** A quoted word, or one without quotes. */
const WORD = /(?:"[^"]*"|'[^']*'|[^\s"'])+/g;

/** As a shell takes them, up to a comment, a pipe or the next command. */
function wordsOf(text: string): string[] {
  const words: string[] = text.match(WORD) ?? [];
  const end = words.findIndex((word) => /^(#|\||>|&&|;)/.test(word));
  return (end === -1 ? words : words.slice(0, end))
    .map((word) => word.replaceAll(/["']/g, '').replace(/^\[(.*)\]$/, '$1'))
    .filter((word) => word !== '…');
}

function printedIn(text: string): Printed[] {
  const inBlocks: string[] = [];
  const keep = (block: string): string => {
    inBlocks.push(...block.replaceAll(/\\\n\s*/g, ' ').split('\n'));
    return '';
  };
  const rest = text.replaceAll(/^```[\s\S]*?^```/gm, keep).replaceAll(/^(?: {4}.*\n)+/gm, keep);
  const inText = [...rest.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
  const calls = (lines: readonly string[], inText: boolean) =>
    lines.flatMap((line) => {
      const [, after] = CALL.exec(line.trim()) ?? [];
      return after === undefined ? [] : [{ words: wordsOf(after), inText }];
    });
  return [...calls(inBlocks, false), ...calls(inText, true)];
}

const withAll = (command: Command): Command[] => [command, ...command.commands.flatMap(withAll)];
const READ = 'read to its end';
const LEFT_OUT = ['commander.missingArgument', 'commander.optionMissingArgument', 'commander.help'];

/** What the command line says of it, before anything is done; null: nothing. */
async function faultOf({ words, inText }: Printed): Promise<string | null> {
  const program = buildProgram();
  for (const command of withAll(program)) {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
    command.hook('preAction', () => {
      throw new Error(READ);
    });
    if (inText) for (const option of command.options) option.mandatory = false;
  }
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError)
      return inText && LEFT_OUT.includes(error.code) ? null : error.message;
    if (error instanceof Error && error.message === READ) return null;
    throw error;
  }
  return 'is no command';
}

test.each(FILES)('%s prints commands that there are', async (file) => {
  const faults: string[] = [];
  for (const printed of printedIn(readFileSync(join(ROOT, file), 'utf8'))) {
    const fault = await faultOf(printed);
    if (fault !== null) faults.push(`quantrac ${printed.words.join(' ')}: ${fault}`);
  }
  expect(faults).toEqual([]);
});

test.each([
  ['a role that is no option', '`quantrac user add lan operator --areas "Hải Châu"`', /too many arguments/],
  [
    'an option that is not there',
    '    quantrac backup --to /x --config gateway.yaml --fast\n',
    /unknown option/,
  ],
  ['a command that is not there', '```sh\nquantrac fleet pusch a.yaml\n```\n', /unknown command/],
  ['one of a block without what it needs', '```sh\nquantrac user list   # all\n```\n', /--config/],
])('finds %s', async (_, text, fault) => {
  const [printed] = printedIn(text);
  if (printed === undefined) throw new Error('it was not found in the text');
  expect(await faultOf(printed)).toMatch(fault);
});

test('finds the commands', () => {
  const found = FILES.flatMap((file) => printedIn(readFileSync(join(ROOT, file), 'utf8')));
  expect(found.length).toBeGreaterThan(80);
});
