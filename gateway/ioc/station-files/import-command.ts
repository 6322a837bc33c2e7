/** `quantrac station-files import`: files of a station logger into a gateway that runs. */
import { readFileSync, statSync } from 'node:fs';
import { UserFault } from '../../../devices/kit/fault.ts';
import { loadSettings, type SettingsSources } from '../../../devices/kit/settings.ts';
import { importSettingsSchema, rulesOf } from './import-settings.ts';
import { publishReadings } from './publish.ts';
import { type FileReading, readStationFile } from './reader.ts';

/** Of one file; one of 5 minutes has less than a kilobyte. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Readings of one command: they are held in memory to go in their order. */
const MOST_READINGS = 2_000_000;

interface ImportOutput {
  say(line: string): void;
  /** Of lines that were refused. */
  complain(line: string): void;
}

/** Answers whether every line of every file was read. */
export async function importStationFiles(
  files: readonly string[],
  station: string,
  sources: SettingsSources,
  { say, complain }: ImportOutput,
): Promise<boolean> {
  const settings = loadSettings(importSettingsSchema, sources);
  const rules = rulesOf(settings, station);
  if (rules === null)
    throw new UserFault(
      `there is no station "${station}" among those of the map: ${settings.stations.map(({ id }) => id).join(', ')}`,
    );
  const readings: FileReading[] = [];
  let refused = 0;
  for (const file of files) {
    const read = readStationFile(textOf(file), rules);
    for (const reading of read.readings) readings.push(reading);
    if (readings.length > MOST_READINGS)
      throw new UserFault(`more than ${MOST_READINGS} readings: import fewer files at once`);
    refused += read.refused.length;
    for (const { line, reason } of read.refused) complain(`${file}:${line}: ${reason}`);
  }
  // A backlog is oldest first; a reading is the first of its time.
  readings.sort((a, b) => a.at - b.at);
  await publishReadings(settings, station, readings);
  say(summary(files.length, readings, refused));
  say(`what the gateway could not accept: quantrac quarantine list --client ${settings.id}`);
  return refused === 0;
}

function summary(files: number, readings: readonly FileReading[], refused: number): string {
  const flagged = readings.filter(({ flag }) => flag !== 1).length;
  return `${files} files: ${readings.length} readings brought in, ${flagged} of them not good; ${refused} lines refused`;
}

function textOf(file: string): string {
  try {
    if (statSync(file).size > MOST_BYTES) throw new UserFault(`${file}: larger than ${MOST_BYTES} bytes`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof UserFault) throw error;
    throw new UserFault(
      `${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`,
    );
  }
}
