/** The command line, started by quantrac.js. Each command loads its part only when it is called. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { UserFault } from './devices/kit/fault.ts';
import { keepHeapSmall } from './devices/kit/heap.ts';
import { runService, tellFault } from './devices/kit/service.ts';
import type { SettingsSources } from './devices/kit/settings.ts';
import { describeFaults } from './devices/simulator/fault-kinds.ts';

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
const wholeNumber =
  (low: number, high: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < low || value > high)
      throw new InvalidArgumentError(`must be a whole number from ${low} to ${high}`);
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
    keepHeapSmall();
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
  .description('Simulated instruments: a field of recordings from a file, or one instrument of any profile')
  .option('--config <file>', 'settings, see examples/field.yaml')
  .option('--base-port <port>', 'first port', port)
  .option('--speed <factor>', 'replays so many times faster', positive)
  .addOption(new Option('--scenario <name>', 'what happens').choices(['none', 'fire']))
  .option('--profile <id>', 'instead of a file: one instrument of this profile, with made-up values')
  .option('--unit <number>', 'its unit id; the factory setting when left out', wholeNumber(0, 255))
  .addOption(new Option('--mode <mode>', 'its line').choices(['tcp', 'rtu-tcp', 'rtu']).default('tcp'))
  .option('--path <device>', 'where the serial device of mode rtu is made')
  .option('--fault <kind>', 'a fault that it has, by name')
  .addHelpText(
    'after',
    '\nExamples:\n  quantrac field --config examples/field.yaml --speed 60\n' +
      '  quantrac field --profile yosemitech-y4000 --base-port 15020 --fault late-answer\n\n' +
      `Faults (their settings, in brackets, and times can be given in a file):\n${describeFaults()
        .map((line) => `  ${line}`)
        .join('\n')}`,
  )
  .action(async ({ config, basePort, speed, scenario, profile, unit, mode, path, fault }) => {
    if ((config === undefined) === (profile === undefined))
      throw new UserFault('field: give either --config, a file, or --profile, one instrument');
    const { startField } = await import('./devices/simulator/main.ts');
    const { startProfileField } = await import('./devices/simulator/profile-field.ts');
    await runService(() =>
      profile === undefined
        ? startField(sources(config, { base_port: basePort, speed, scenario }))
        : startProfileField(
            { profile, unit, mode, port: basePort, path, fault, print: say },
            { env: process.env },
          ),
    );
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

/** The options of every command that goes to a line itself. */
const onLine = (command: Command): Command =>
  command
    .option('--host <host>', 'Modbus TCP: an instrument or a gateway')
    .option('--port <port>', 'its port, 502 when left out', port)
    .option('--serial <device>', 'RS-485 at a serial port, e.g. /dev/ttyUSB0')
    .option('--bridge <host:port>', 'RS-485 behind a serial server that passes RTU frames over TCP')
    .option('--json', 'one JSON object instead of text');
const EXIT_CODES = '\nExit code: 0 good, 1 no answer or nothing found, 2 some points are flagged.\n';

onLine(program.command('probe'))
  .description('Reads one instrument once through its profile: raw registers, values, flags, what to check')
  .option('--profile <id>', 'a profile of devices/profiles')
  .option('--settings <setting>', 'of the serial port; the factory setting when left out')
  .option('--unit <id>', "Modbus unit id; the profile's when left out", wholeNumber(0, 255))
  .option('--edge <file>', 'takes line, profile and unit from an edge file')
  .option('--station <id>', 'station in the edge file')
  .option('--instrument <id>', 'instrument of that station')
  .addHelpText(
    'after',
    `${EXIT_CODES}
Examples:
  quantrac probe --profile xy-md02 --serial /dev/ttyUSB0 --settings "9600 8N1" --unit 1
  quantrac probe --edge edge.yaml --station cau-rong --instrument dust`,
  )
  .action(async (options) => {
    const [{ runProbe }, { processIo }] = await Promise.all([
      import('./edge/technician/probe-command.ts'),
      import('./edge/technician/io.ts'),
    ]);
    process.exitCode = await runProbe(options, processIo());
  });

onLine(program.command('scan'))
  .description('Finds the units on a line: one read each, nothing written, stops at devices that forbid it')
  .option('--units <ids>', 'unit ids, as 1-20,240-247; the usual ones when left out')
  .option('--settings <settings>', 'of the serial port: all, or several as "9600 8N1,4800 8N1"')
  .option('--profile <id>', 'asks for a register of this model: some are silent on all others')
  .option('--timeout <ms>', 'how long a unit may take to answer', wholeNumber(50, 10_000), 500)
  .option('--pause <ms>', 'silence between two requests', wholeNumber(0, 10_000), 50)
  .addHelpText(
    'after',
    `
Exit code: 0 something was found, 1 nothing was, or the scan had to stop.

Examples:
  quantrac scan --serial /dev/ttyUSB0 --settings all --units 1-20
  quantrac scan --host 192.168.1.20`,
  )
  .action(async (options) => {
    const [{ runScan }, { processIo }] = await Promise.all([
      import('./edge/technician/scan-command.ts'),
      import('./edge/technician/io.ts'),
    ]);
    process.exitCode = await runScan(options, processIo());
  });

onLine(program.command('registers'))
  .description(
    'Reads any registers, shows every decoding; with --expect finds the one that the display shows',
  )
  .requiredOption('--unit <id>', 'Modbus unit id', wholeNumber(0, 255))
  .addOption(
    new Option('--area <area>', 'holding is function 3, input 4, coil 1, discrete 2')
      .choices(['holding', 'input', 'coil', 'discrete'])
      .default('holding'),
  )
  .option(
    '--from <address>',
    'first address as the protocol counts, from 0; 0x2600 is fine',
    wholeNumber(0, 65_535),
    0,
  )
  .option('--count <registers>', 'how many', wholeNumber(1, 1000), 10)
  .option('--settings <setting>', 'of the serial port, 9600 8N1 when left out')
  .option('--expect <number>', 'what the display shows, as exactly as it does: 27.4')
  .option('--parameter <id>', 'what that is, for the YAML to copy: air_temperature')
  .option('--profile <id>', 'keeps away from registers that this model forbids to read')
  .option('--sure', 'reads even where a device may stand that takes foreign requests amiss')
  .option('--timeout <ms>', 'how long the unit may take to answer', wholeNumber(50, 10_000), 1000)
  .option('--pause <ms>', 'silence between two requests', wholeNumber(0, 10_000), 20)
  .addHelpText(
    'after',
    `
Exit code: 0 good, 1 nothing was read or nothing gives the expected number.

Example:
  quantrac registers --host 192.168.1.20 --unit 1 --area input --from 0 --count 10 --expect 27.4`,
  )
  .action(async (options) => {
    const [{ runRegisters }, { processIo }] = await Promise.all([
      import('./edge/technician/registers-command.ts'),
      import('./edge/technician/io.ts'),
    ]);
    process.exitCode = await runRegisters(options, processIo());
  });

program
  .command('check <files...>')
  .description('Checks profiles, edge files and settings: one line a fault, with its place and reason')
  .addOption(
    new Option('--kind <kind>', 'what the files are, when content and name do not say').choices([
      'profile',
      'edge',
      'field',
      'gateway',
      'flows',
    ]),
  )
  .option('--json', 'one JSON object instead of text')
  .addHelpText(
    'after',
    `
Exit code: 0 no fault (there may be warnings), 1 faults.

Example:
  quantrac check edge.yaml devices/profiles/*.yaml`,
  )
  .action(async (files: string[], options) => {
    const [{ runCheck }, { processIo }, field, gateway, flows] = await Promise.all([
      import('./edge/technician/check-command.ts'),
      import('./edge/technician/io.ts'),
      import('./devices/simulator/settings.ts'),
      import('./gateway/settings.ts'),
      import('./flows/settings.ts'),
    ]);
    const schemas = {
      field: field.fieldSettingsSchema,
      gateway: gateway.gatewaySettingsSchema,
      flows: flows.flowsSettingsSchema,
    };
    process.exitCode = runCheck(files, options, schemas, processIo());
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

program
  .command('backup')
  .description("Copies the gateway's files while it works, of one moment, and checks the copies")
  .requiredOption('--to <folder>', 'a new or empty folder')
  .requiredOption('--config <file>', "the gateway's settings")
  .addHelpText('after', '\nExample:\n  quantrac backup --config gateway.yaml --to /backup/2026-03-05')
  .action(async ({ config, to }) => {
    const { runBackup } = await import('./gateway/backup-command.ts');
    await runBackup(sources(config), to, say);
  });

program
  .command('restore')
  .description('Puts a backup in the place of the files of a gateway that does not run')
  .requiredOption('--from <folder>', 'what quantrac backup made')
  .requiredOption('--config <file>', "the gateway's settings")
  .option('--force', 'also where there are files: they are set aside, not deleted')
  .addHelpText('after', '\nExample:\n  quantrac restore --config gateway.yaml --from /backup/2026-03-05')
  .action(async ({ config, from, force }) => {
    const { runRestore } = await import('./gateway/backup-command.ts');
    runRestore(sources(config), from, force === true, say);
  });

const quarantine = program
  .command('quarantine')
  .description('What the running gateway could not accept; QUANTRAC_TOKEN is a token of a technician');
const onQuarantine = (command: Command): Command =>
  command
    .requiredOption('--config <file>', "the gateway's settings: where its API is")
    .option('--client <name>', 'only what this account sent')
    .option('--reason <text>', 'only reasons with this in them')
    .option('--json', 'one JSON object instead of text');
onQuarantine(quarantine.command('list'))
  .description('Shows the newest entries with their reasons')
  .option('--limit <entries>', 'how many at most', wholeNumber(1, 500), 50)
  .addHelpText(
    'after',
    '\nExample:\n  quantrac quarantine list --config gateway.yaml --reason "unknown station"',
  )
  .action(async ({ config, ...options }) => {
    const { listQuarantine } = await import('./gateway/quarantine-command.ts');
    await listQuarantine(sources(config), options, say);
  });
onQuarantine(quarantine.command('rerun'))
  .description('Runs entries again, the oldest first: what passes now is stored as backlog and leaves')
  .option('--limit <entries>', 'how many at most', wholeNumber(1, 100_000), 10_000)
  .addHelpText(
    'after',
    '\nExit code: 0 everything passed, 1 something stays.\n\nExample:\n  quantrac quarantine rerun --config gateway.yaml --client edge-hoa-vang',
  )
  .action(async ({ config, ...options }) => {
    const { rerunQuarantine } = await import('./gateway/quarantine-command.ts');
    if (!(await rerunQuarantine(sources(config), options, say))) process.exitCode = 1;
  });

program
  .command('compile')
  .description('Takes the types out of the code of all parts, so that they start sooner; `npm ci` does it')
  .addHelpText('after', '\nExample:\n  quantrac compile')
  .action(async () => {
    await Promise.all([
      import('./demo/main.ts'),
      import('./demo/receiver.ts'),
      import('./devices/simulator/profile-field.ts'),
      import('./edge/main.ts'),
      import('./edge/technician/check-command.ts'),
      import('./edge/technician/probe-command.ts'),
      import('./edge/technician/registers-command.ts'),
      import('./edge/technician/scan-command.ts'),
      import('./flows/main.ts'),
      import('./gateway/admin.ts'),
      import('./gateway/backup-command.ts'),
      import('./gateway/main.ts'),
      import('./gateway/quarantine-command.ts'),
    ]);
  });

program.parseAsync().catch((error: unknown) => {
  tellFault(error);
  process.exit(1);
});
