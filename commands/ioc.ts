/** The feed for the operations centre. */
import type { Command } from 'commander';
import { UserFault } from '../devices/kit/fault.ts';
import { say, sources } from './options.ts';

export function addIoc(program: Command): void {
  const ioc = program.command('ioc').description('The feed for the operations centre');
  ioc
    .command('verify')
    .description('Reads the feed from its oldest record: none is missing, each hash and signature is right')
    .option('--config <file>', "the gateway's settings: where its API is")
    .option('--url <address>', 'instead: the gateway itself, as http://127.0.0.1:8080')
    .option(
      '--token <token>',
      "a viewer's; better in QUANTRAC_TOKEN, for this stands in the list of processes",
    )
    .option(
      '--key <x>',
      'the public key, as you know it over another way; asked of the gateway when left out',
    )
    .option('--json', 'one JSON object instead of text')
    .addHelpText(
      'after',
      '\nExit code: 0 all holds, 1 something is wrong, and the first of it is named.\n\n' +
        'Example:\n  QUANTRAC_TOKEN=... quantrac ioc verify --url http://127.0.0.1:8080',
    )
    .action(async ({ config, ...options }) => {
      if ((config === undefined) === (options.url === undefined))
        throw new UserFault('ioc verify: give either --url, the gateway, or --config, its settings');
      const { verifyFeed } = await import('../gateway/ioc/feed-verify-command.ts');
      const holds = await verifyFeed(options, sources(config), {
        say,
        progress: (text) => {
          if (process.stderr.isTTY) process.stderr.write(`\r${text.padEnd(40)}${text === '' ? '\r' : ''}`);
        },
      });
      if (!holds) process.exitCode = 1;
    });
}
