/** What a technician uses at a cabinet. */
import { type Command, Option } from 'commander';
import { port, wholeNumber } from './options.ts';

/** The options of every command that goes to a line itself. */
const onLine = (command: Command): Command =>
  command
    .option('--host <host>', 'Modbus TCP: an instrument or a gateway')
    .option('--port <port>', 'its port, 502 when left out', port)
    .option('--serial <device>', 'RS-485 at a serial port, e.g. /dev/ttyUSB0')
    .option('--bridge <host:port>', 'RS-485 behind a serial server that passes RTU frames over TCP')
    .option('--json', 'one JSON object instead of text');
const EXIT_CODES = '\nExit code: 0 good, 1 no answer or nothing found, 2 some points are flagged.\n';

export function addTechnician(program: Command): void {
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
        import('../edge/technician/probe-command.ts'),
        import('../edge/technician/io.ts'),
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
        import('../edge/technician/scan-command.ts'),
        import('../edge/technician/io.ts'),
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
        import('../edge/technician/registers-command.ts'),
        import('../edge/technician/io.ts'),
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
        import('../edge/technician/check-command.ts'),
        import('../edge/technician/io.ts'),
        import('../devices/simulator/settings.ts'),
        import('../gateway/settings.ts'),
        import('../flows/settings.ts'),
      ]);
      const schemas = {
        field: field.fieldSettingsSchema,
        gateway: gateway.gatewaySettingsSchema,
        flows: flows.flowsSettingsSchema,
      };
      process.exitCode = runCheck(files, options, schemas, processIo());
    });
}
