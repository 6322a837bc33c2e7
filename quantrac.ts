#!/usr/bin/env node
/** The command line. Each command loads its part only when it is called. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { UserFault } from './devices/kit/fault.ts';
import { runService, tellFault } from './devices/kit/service.ts';
import type { SettingsSources } from './devices/kit/settings.ts';

const port = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('must be 0 to 65535');
  return value;
};
const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('must be a positive number');
  return value;
};
const sources = (config: string | undefined, flags: Record<string, unknown> = {}): SettingsSources => ({
  file: config,
  env: process.env,
  flags,
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const program = new Command('quantrac')
  .description('From a Modbus register at a river station or forest watch post to the operations centre.')
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('(--help shows what this takes)');

program
  .command('demo')
  .description(
    'The whole path on this machine: simulated instruments, two edges, gateway, flows, IOC receiver',
  )
  .option('--data-dir <folder>', 'where it keeps its data and secrets', '.quantrac/demo')
  .option('--http-port <port>', 'page and API', port, 8080)
  .option('--mqtt-port <port>', 'MQTT broker', port, 1883)
  .option('--flows-port <port>', 'Node-RED editor', port, 1880)
  .option('--field-port <port>', 'first port of the simulated instruments', port, 15_020)
  .option('--ioc-port <port>', 'IOC receiver', port, 8090)
  .option('--speed <factor>', 'replays the recordings so many times faster', positive, 1)
  .addOption(
    new Option('--scenario <name>', 'what happens in the field').choices(['none', 'fire']).default('none'),
  )
  .addHelpText('after', '\nExample:\n  npm start -- --speed 60 --scenario fire')
  .action(async (options) => {
    const { runDemo } = await import('./demo/main.ts');
    await runDemo(options, say);
  });

program
  .command('gateway')
  .description('The centre: broker, store, alerts, IOC feed, API and screens')
  .requiredOption('--config <file>', 'settings, see examples/gateway.yaml')
  .option('--data-dir <folder>')
  .option('--http-port <port>', 'page and API', port)
  .option('--mqtt-port <port>', 'MQTT broker', port)
  .addHelpText('after', '\nExample:\n  quantrac gateway --config examples/gateway.yaml')
  .action(async ({ config, dataDir, httpPort, mqttPort }) => {
    const { startGateway } = await import('./gateway/main.ts');
    const flags = { data_dir: dataDir, 'http.port': httpPort, 'mqtt.port': mqttPort };
    await runService(() => startGateway(sources(config, flags)));
  });

program
  .command('edge')
  .description('The agent on the district box: reads instruments, keeps an outbox, publishes')
  .requiredOption('--config <file>', 'the edge file, see examples/edge.yaml')
  .option('--data-dir <folder>')
  .addHelpText('after', '\nExample:\n  quantrac edge --config examples/edge.yaml')
  .action(async ({ config, dataDir }) => {
    const { startEdge } = await import('./edge/main.ts');
    await runService(() => startEdge(sources(config, { data_dir: dataDir })));
  });

program
  .command('flows')
  .description('The rules: Node-RED with our nodes')
  .requiredOption('--config <file>', 'settings, see examples/flows.yaml')
  .option('--data-dir <folder>')
  .option('--http-port <port>', 'editor', port)
  .addHelpText('after', '\nExample:\n  quantrac flows --config examples/flows.yaml')
  .action(async ({ config, dataDir, httpPort }) => {
    const { startFlows } = await import('./flows/main.ts');
    await runService(() => startFlows(sources(config, { data_dir: dataDir, 'http.port': httpPort })));
  });

program
  .command('field')
  .description('Simulated instruments: Modbus TCP servers that replay recordings')
  .requiredOption('--config <file>', 'settings, see examples/field.yaml')
  .option('--base-port <port>', 'first port', port)
  .option('--speed <factor>', 'replays so many times faster', positive)
  .addOption(new Option('--scenario <name>', 'what happens').choices(['none', 'fire']))
  .addHelpText('after', '\nExample:\n  quantrac field --config examples/field.yaml --speed 60')
  .action(async ({ config, basePort, speed, scenario }) => {
    const { startField } = await import('./devices/simulator/main.ts');
    await runService(() => startField(sources(config, { base_port: basePort, speed, scenario })));
  });

program
  .command('receiver')
  .description('A small operations centre that prints the webhooks it gets')
  .option('--port <port>', 'where it listens', port, 8090)
  .addHelpText(
    'after',
    '\nThe signing key is read from QUANTRAC_WEBHOOK_SECRET.\n\nExample:\n  quantrac receiver --port 8090',
  )
  .action(async (options) => {
    const { startReceiver } = await import('./demo/receiver.ts');
    await runService(async () => {
      const secret = process.env.QUANTRAC_WEBHOOK_SECRET;
      if (!secret)
        throw new UserFault('environment variable QUANTRAC_WEBHOOK_SECRET: the signing key is missing');
      return startReceiver({ port: options.port, secret, print: say });
    });
  });

const user = program.command('user').description("People at the gateway's page and API");
user
  .command('add <name>')
  .description('Adds a person, or gives a new role and password; prints the password once')
  .requiredOption('--role <role>', 'viewer, operator, technician or admin')
  .requiredOption('--config <file>', "the gateway's settings")
  .addHelpText('after', '\nExample:\n  quantrac user add lan --role operator --config gateway.yaml')
  .action(async (name: string, { role, config }) => {
    const { addUser, withAccounts } = await import('./gateway/admin.ts');
    say(
      `password of ${name}: ${await withAccounts(sources(config), (accounts) => addUser(accounts, name, role))}`,
    );
  });
user
  .command('link <name>')
  .description('Prints the path of a link that logs a person in once, within an hour')
  .requiredOption('--config <file>', "the gateway's settings")
  .addHelpText('after', '\nExample:\n  quantrac user link lan --config gateway.yaml')
  .action(async (name: string, { config }) => {
    const { addLink, withAccounts } = await import('./gateway/admin.ts');
    say(`/login/${await withAccounts(sources(config), async (accounts) => addLink(accounts, name))}`);
  });

program
  .command('token <user>')
  .description('Prints a new bearer token for scripts, with the rights of the user')
  .option('--days <days>', 'how long it is good', positive, 90)
  .requiredOption('--config <file>', "the gateway's settings")
  .addHelpText('after', '\nExample:\n  quantrac token lan --days 30 --config gateway.yaml')
  .action(async (name: string, { days, config }) => {
    const { addToken, withAccounts } = await import('./gateway/admin.ts');
    say(await withAccounts(sources(config), async (accounts) => addToken(accounts, name, days)));
  });

program
  .command('device <name>')
  .description(
    'Adds an account at the broker for an edge or a device, or gives a new password; prints it once',
  )
  .addOption(new Option('--kind <kind>', 'what it is').choices(['edge', 'flows']).default('edge'))
  .requiredOption('--config <file>', "the gateway's settings")
  .addHelpText('after', '\nExample:\n  quantrac device edge-hoa-vang --config gateway.yaml')
  .action(async (name: string, { kind, config }) => {
    const { addDevice, withAccounts } = await import('./gateway/admin.ts');
    say(
      `password of ${name}: ${await withAccounts(sources(config), (accounts) => addDevice(accounts, name, kind))}`,
    );
  });

program.parseAsync().catch((error: unknown) => {
  tellFault(error);
  process.exit(1);
});
