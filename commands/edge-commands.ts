/** What the centre has an edge do. Below the command that runs an edge. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Argument, type Command } from 'commander';
import { UserFault } from '../devices/kit/fault.ts';
import type { Orders } from '../devices/wire/fleet.ts';
import { say, sources, wholeNumber } from './options.ts';

interface Where {
  readonly config?: string;
  readonly url?: string;
}

const io = {
  say,
  progress(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r${text.padEnd(70)}${text === '' ? '\r' : ''}`);
  },
};

const withGateway = (command: Command): Command =>
  command
    .option(
      '--config <file>',
      "the gateway's settings: where its API is; QUANTRAC_TOKEN is a technician's token",
    )
    .option('--url <address>', 'instead: the gateway itself, as http://127.0.0.1:8080');
const withReason = (command: Command): Command =>
  withGateway(command).requiredOption('--reason <text>', 'why, for the audit log');

async function open({ config, url }: Where) {
  const [command, { fleetApi }] = await Promise.all([
    import('../gateway/fleet/orders-command.ts'),
    import('../gateway/fleet/config-command.ts'),
  ]);
  return { ...command, call: () => fleetApi(url, sources(config)) };
}

async function give(
  edge: string,
  orders: Orders,
  { reason, user, ...where }: Where & { reason: string; user?: string },
): Promise<void> {
  const { giveOrders, asPerson, apiRoot, call } = await open(where);
  const done =
    user === undefined
      ? await giveOrders(call(), edge, orders, reason, io)
      : await asPerson(
          apiRoot(where.url, sources(where.config)),
          { user, password: await readPassword(user) },
          (asPersonCall) => giveOrders(asPersonCall, edge, orders, reason, io),
        );
  process.exitCode = done ? 0 : 1;
}

const number = (name: string, low: number, high: number): Argument =>
  new Argument(`<${name}>`).argParser(wholeNumber(low, high));

/** `edge` is the command `quantrac edge`. */
export function addEdgeCommands(edge: Command): void {
  const exits = 'Exit code: 0 it was done, 1 it was not, or waits for a second person.';
  const example = (line: string): string => `\n${exits}\n\nExample:\n  quantrac edge ${line}`;

  withGateway(edge.command('health [edge]'))
    .description('How edges are; of one its lines, what fails, and what may be written from here')
    .addHelpText('after', '\nExample:\n  quantrac edge health edge-hoa-vang --url http://127.0.0.1:8080')
    .action(async (name: string | undefined, where: Where) => {
      const { listHealth, showHealth, call } = await open(where);
      if (name === undefined) await listHealth(call(), io);
      else await showHealth(call(), name, io);
    });

  withReason(edge.command('read <edge> <station> <instrument>'))
    .description('Reads registers of an instrument, in the queue of its line')
    .addArgument(new Argument('<table>').choices(['holding', 'input', 'coil', 'discrete']))
    .addArgument(number('address', 0, 65_535))
    .addArgument(number('count', 1, 125))
    .addHelpText(
      'after',
      example(
        'read edge-hoa-vang cau-do climate holding 0 10 --reason "compare with the display" --url http://127.0.0.1:8080',
      ),
    )
    .action(
      async (
        name: string,
        station: string,
        instrument: string,
        table,
        address: number,
        count: number,
        options,
      ) => give(name, { kind: 'read', station, instrument, table, address, count }, options),
    );

  withReason(edge.command('write <edge> <station> <instrument> <write>'))
    .description('Writes what the profile allows from the centre, reads it back, and waits for its effect')
    .requiredOption(
      '--value <number>',
      'as the register holds it; of a coil 0 or 1',
      wholeNumber(-32_768, 65_535),
    )
    .option('--effect <parameter>', 'a reading of the station in which it must show')
    .option('--min <number>', 'the least that this reading must be', Number)
    .option('--max <number>', 'the most', Number)
    .option('--within <seconds>', 'and so soon', wholeNumber(1, 3600), 60)
    .option(
      '--user <name>',
      'of a dangerous write: the first person, who logs in for it; the password is asked for, or read from standard input',
    )
    .addHelpText(
      'after',
      example(
        'write edge-hoa-vang tram-bom relays relay-0 --value 1 --reason "pump on" --url http://127.0.0.1:8080',
      ),
    )
    .action(async (name: string, station: string, instrument: string, write: string, options) => {
      const { value, effect, min, max, within, ...rest } = options;
      if (effect !== undefined && !(min <= max))
        throw new UserFault('edge write: --effect needs --min and --max, and min not above max');
      const seen = effect === undefined ? {} : { effect: { parameter: effect, min, max, within_s: within } };
      await give(name, { kind: 'write', station, instrument, write, value, ...seen }, rest);
    });

  withReason(edge.command('rescan <edge> [station] [instrument]'))
    .description('Forgets what was learned of instruments and looks at them anew; of all without a station')
    .addHelpText('after', example('rescan edge-hoa-vang --reason "new sensor" --url http://127.0.0.1:8080'))
    .action(async (name: string, station: string | undefined, instrument: string | undefined, options) =>
      give(name, { kind: 'rescan', ...(station && { station }), ...(instrument && { instrument }) }, options),
    );

  withReason(edge.command('restart <edge>'))
    .description('Ends an edge in order and starts it anew')
    .addHelpText(
      'after',
      example('restart edge-hoa-vang --reason "new serial adapter" --url http://127.0.0.1:8080'),
    )
    .action(async (name: string, options) => give(name, { kind: 'restart' }, options));

  withReason(edge.command('log <edge>'))
    .description('The newest lines of the log of an edge, without secrets')
    .option('--lines <number>', 'so many', wholeNumber(1, 500), 100)
    .addHelpText(
      'after',
      example('log edge-hoa-vang --lines 50 --reason "gaps since noon" --url http://127.0.0.1:8080'),
    )
    .action(async (name: string, { lines, ...options }) => give(name, { kind: 'log', lines }, options));

  withGateway(edge.command('approve <edge> <id>'))
    .description('Approves a dangerous command as the second person, who logs in for it; no token can')
    .requiredOption(
      '--user <name>',
      'the second person; the password is asked for, or read from standard input',
    )
    .addHelpText(
      'after',
      example('approve edge-hoa-vang 3q2-7wAAAAAAAAAAAAAAAA --user minh --url http://127.0.0.1:8080'),
    )
    .action(async (name: string, id: string, { user, ...where }) => {
      const { approve, apiRoot } = await open(where);
      const given = { edge: name, id, user, password: await readPassword(user) };
      process.exitCode = (await approve(apiRoot(where.url, sources(where.config)), given, io)) ? 0 : 1;
    });
}

/** From a terminal without showing it, otherwise the first line of standard input. */
async function readPassword(user: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: process.stdin.isTTY });
  // After the terminal was told not to show what is typed.
  if (process.stdin.isTTY) process.stderr.write(`password of ${user}: `);
  try {
    for await (const line of reader) return line;
  } finally {
    reader.close();
    if (process.stdin.isTTY) process.stderr.write('\n');
  }
  throw new UserFault(`there is no password of ${user} on standard input`);
}
