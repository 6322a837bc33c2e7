/** The configuration of edges from the centre. */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { UserFault } from '../devices/kit/fault.ts';
import { say, sources, wholeNumber } from './options.ts';

async function ask(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UserFault(`"${question}" cannot be asked without a terminal, and nothing was sent: add --yes`);
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(y|yes|c|có)$/i.test((await reader.question(`${question} [y/N] `)).trim());
  } finally {
    reader.close();
  }
}
const io = { say, ask };

const withGateway = (command: Command): Command =>
  command
    .option('--config <file>', "the gateway's settings: where its API is; QUANTRAC_TOKEN is the token")
    .option('--url <address>', 'instead: the gateway itself, as http://127.0.0.1:8080');
const withTrial = (command: Command): Command =>
  command
    .option('--trial <seconds>', 'how long it is on trial at an edge', wholeNumber(10, 86_400), 600)
    .option('--yes', 'without a question');

async function open(options: { config?: string; url?: string }) {
  const command = await import('../gateway/fleet/config-command.ts');
  return { ...command, call: command.fleetApi(options.url, sources(options.config)) };
}
const end = (good: boolean): void => {
  process.exitCode = good ? 0 : 1;
};

export function addFleet(program: Command): void {
  const fleet = program.command('fleet').description('Configurations of edges, set from the centre');

  withGateway(fleet.command('show <edge> [version]'))
    .description('What an edge runs, and its versions; of one version its changes and text')
    .addHelpText('after', '\nExample:\n  quantrac fleet show edge-hoa-vang --url http://127.0.0.1:8080')
    .action(async (edge: string, version: string | undefined, options) => {
      const { call, showEdge, showVersion } = await open(options);
      if (version === undefined) await showEdge(call, edge, io);
      else await showVersion(call, edge, wholeNumber(1, Number.MAX_SAFE_INTEGER)(version), io);
    });

  withGateway(fleet.command('check <edge> <file>'))
    .description('What an edge file would change at an edge, and why it cannot go; nothing is sent')
    .addHelpText(
      'after',
      '\nExample:\n  quantrac fleet check edge-hoa-vang edge-hoa-vang.yaml --config gateway.yaml',
    )
    .action(async (edge: string, file: string, options) => {
      const { call, checkEdge } = await open(options);
      end(await checkEdge(call, edge, file, io));
    });

  withTrial(withGateway(fleet.command('push <files...>')))
    .description('Roll edge files out, each to the edge that its id names: the first alone, then the others')
    .option('--canary <number>', 'so many go first and alone', wholeNumber(1, 200), 1)
    .addHelpText(
      'after',
      '\nWhat is the box’s own in a file (data_dir, log_level, uplink, passwords of lines) is not sent.\n' +
        '\nExample:\n  quantrac fleet push edge-a.yaml edge-b.yaml --canary 1 --trial 600 --url http://127.0.0.1:8080',
    )
    .action(async (files: string[], { canary, trial, yes = false, ...options }) => {
      const { call, push } = await open(options);
      end(await push(call, { files, canary, trialS: trial, yes }, io));
    });

  withTrial(withGateway(fleet.command('rollback <edge> <version>')))
    .description('Want an older version of an edge again; it is on trial as any other')
    .addHelpText('after', '\nExample:\n  quantrac fleet rollback edge-hoa-vang 3 --config gateway.yaml')
    .action(async (edge: string, version: string, { trial, yes = false, ...options }) => {
      const { call, rollBack } = await open(options);
      const number = wholeNumber(1, Number.MAX_SAFE_INTEGER)(version);
      end(await rollBack(call, { edge, version: number, trialS: trial, yes }, io));
    });

  withGateway(fleet.command('stop <rollout>'))
    .description('Send nothing more of a rollout; what is on trial ends as its edge decides')
    .addHelpText('after', '\nExample:\n  quantrac fleet stop 12 --config gateway.yaml')
    .action(async (rollout: string, options) => {
      const { call, stopRollout } = await open(options);
      await stopRollout(call, wholeNumber(1, Number.MAX_SAFE_INTEGER)(rollout), io);
    });
}
