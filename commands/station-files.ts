/** Text files of automatic stations that others have written. */
import type { Command } from 'commander';
import { say, sources } from './options.ts';

export function addStationFiles(program: Command): void {
  program
    .command('station-files')
    .description('Text files of automatic stations (Circular 10/2021/TT-BTNMT)')
    .command('import <file...>')
    .description(
      'Brings the lines of files into a running gateway as readings; a line that cannot be read is named and left out',
    )
    .requiredOption('--station <id>', 'the station they are of, one of the map')
    .requiredOption(
      '--map <file>',
      "YAML: the importer's account, its stations, and what symbols and units mean; QUANTRAC_UPLINK_PASSWORD is its password",
    )
    .addHelpText(
      'after',
      `
Exit code: 0 every line was read, 1 some were refused.

Example:
  quantrac device nap-tram-khi --config gateway.yaml
  quantrac station-files import 2026-03/*.txt --station kk01 --map nap-tram-khi.yaml`,
    )
    .action(async (files: string[], { station, map }) => {
      const { importStationFiles } = await import('../gateway/ioc/station-files/import-command.ts');
      const complain = (line: string) => void process.stderr.write(`${line}\n`);
      if (!(await importStationFiles(files, station, sources(map), { say, complain }))) process.exitCode = 1;
    });
}
