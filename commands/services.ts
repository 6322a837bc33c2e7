/** The parts of Quantrac that run until they are stopped. */
import { type Command, Option } from 'commander';
import { UserFault } from '../devices/kit/fault.ts';
import { keepHeapSmall } from '../devices/kit/heap.ts';
import { enterSandbox, flowsSandbox, inSandbox } from '../devices/kit/sandbox.ts';
import { runService } from '../devices/kit/service.ts';
import { envNames } from '../devices/kit/settings.ts';
import { describeFaults } from '../devices/simulator/fault-kinds.ts';
import { addEdgeCommands } from './edge-commands.ts';
import { addEdges } from './edges.ts';
import { port, positive, say, sources, wholeNumber } from './options.ts';

export function addServices(program: Command): void {
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
      const { runDemo } = await import('../demo/main.ts');
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
      const { startGateway } = await import('../gateway/main.ts');
      const flags = { data_dir: dataDir, 'http.port': httpPort, 'mqtt.port': mqttPort };
      await runService(() => startGateway(sources(config, flags)));
    });

  const edge = program
    .command('edge')
    .description('The agent on the district box: reads instruments, keeps an outbox, publishes')
    .usage('--config <file> | <command>')
    .option('--config <file>', 'the edge file, see examples/edge.yaml')
    .option('--data-dir <folder>')
    .addHelpText('after', '\nExample:\n  quantrac edge --config examples/edge.yaml')
    .action(async ({ config, dataDir }) => {
      if (config === undefined) throw new UserFault('edge: --config is missing: the edge file');
      keepHeapSmall();
      const { startEdge } = await import('../edge/main.ts');
      await runService(() => startEdge(sources(config, { data_dir: dataDir })));
    });

  addEdges(edge);
  addEdgeCommands(edge);

  program
    .command('flows')
    .description('The rules: Node-RED with our nodes')
    .requiredOption('--config <file>', 'settings, see examples/flows.yaml')
    .option('--data-dir <folder>')
    .option('--http-port <port>', 'editor', port)
    .addHelpText('after', '\nExample:\n  quantrac flows --config examples/flows.yaml')
    .action(async ({ config, dataDir, httpPort }) => {
      const given = sources(config, { data_dir: dataDir, 'http.port': httpPort });
      if (!inSandbox()) {
        const { flowsSettingsSchema } = await import('../flows/settings.ts');
        return enterSandbox(flowsSandbox(given, envNames(flowsSettingsSchema)));
      }
      const { startFlows } = await import('../flows/main.ts');
      await runService(() => startFlows(given));
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
      const { startField } = await import('../devices/simulator/main.ts');
      const { startProfileField } = await import('../devices/simulator/profile-field.ts');
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
      const { startReceiver } = await import('../demo/receiver.ts');
      await runService(async () => {
        const secret = process.env.QUANTRAC_WEBHOOK_SECRET;
        if (!secret)
          throw new UserFault('environment variable QUANTRAC_WEBHOOK_SECRET: the signing key is missing');
        return startReceiver({ port: options.port, secret, print: say });
      });
    });
}
