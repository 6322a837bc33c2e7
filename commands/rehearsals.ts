/** Trying a rule before it is set. */
import { type Command, Option } from 'commander';
import { STATION_KINDS } from '../devices/word.ts';
import { say, sources } from './options.ts';

export function addRehearsals(program: Command): void {
  program
    .command('rehearse')
    .description(
      'What a rule would have told over a stored time or a recording, beside the rule in force; nothing is changed',
    )
    .option('--rule <file>', 'YAML with `limits:`, or a flows.json of Node-RED')
    .option('--shipped', 'instead of a file: the flows that ship')
    .option('--station <id>', 'a station; may be said again', (id: string, ids: string[]) => [...ids, id], [])
    .option('--from <day>', 'as 2026-03-01 (Vietnamese day), or an ISO time')
    .option('--to <day>', 'the last day, or an ISO time')
    .option('--config <file>', "the gateway's settings: where its API is; QUANTRAC_TOKEN is an operator's")
    .option('--url <address>', 'instead: the gateway itself, as http://127.0.0.1:8080')
    .option(
      '--recording <file>',
      'without a gateway: an export (CSV, SenML), or a recording that ships, as air-hanoi',
    )
    .option('--present <file>', 'with a recording: the rule to compare with')
    .addOption(
      new Option('--kind <kind>', 'with a recording: kind of its stations')
        .choices(STATION_KINDS)
        .default('air'),
    )
    .option('--json', 'one JSON object instead of text, with the timeline')
    .addHelpText(
      'after',
      `
Examples:
  quantrac rehearse --config gateway.yaml --station cau-do --from 2026-03-01 --to 2026-03-31 --rule limits.yaml
  quantrac rehearse --recording air-hanoi --shipped`,
    )
    .action(async ({ config, ...options }) => {
      const { runRehearse } = await import('../gateway/rehearse-command.ts');
      await runRehearse(options, sources(config), {
        say,
        progress: (text) => {
          if (process.stderr.isTTY) process.stderr.write(`\r${text.padEnd(40)}${text === '' ? '\r' : ''}`);
        },
      });
    });
}
