/** How a box becomes an edge of the centre. */
import type { Command } from 'commander';
import { askLine, say, sources } from './options.ts';

export function addEnrol(program: Command): void {
  program
    .command('enrol')
    .description(
      'Makes this box an edge of the centre, with a code that the centre shows (quantrac edge code)',
    )
    .requiredOption('--url <address>', 'of the gateway: http://gateway:8080')
    .option(
      '--code <code>',
      'as it is shown; lower case, spaces and O for 0 are fine. Better left out: it is asked for, or read from standard input, and stands in no list of processes',
    )
    .requiredOption('--config <file>', 'the edge file of this box')
    .option('--again', 'also when this box is enrolled already')
    .addHelpText(
      'after',
      '\nIt asks for the code (K7QF-2M9T-...).\n\nExample:\n  quantrac enrol --url http://gateway:8080 --config edge.yaml',
    )
    .action(async ({ url, code: given, config, again = false }) => {
      const code = given ?? (await askLine('code (mã ghi danh): '));
      const { runEnrol } = await import('../edge/identity/enrol-command.ts');
      for (const line of await runEnrol(sources(config), { url, code, again })) say(line);
    });
}
