/** `quantrac backup` and `quantrac restore`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSettings, type SettingsSources } from '../devices/kit/settings.ts';
import { backUp, DATA_FILES, type DataFile } from './backup.ts';
import { restore } from './backup-restore.ts';
import { type GatewaySettings, gatewaySettingsSchema } from './settings.ts';

type Print = (line: string) => void;

export async function runBackup(sources: SettingsSources, to: string, print: Print): Promise<void> {
  const settings = loadSettings(gatewaySettingsSchema, sources);
  const manifestFile = join(import.meta.dirname, '../package.json');
  const { version } = JSON.parse(readFileSync(manifestFile, 'utf8')) as { version: string };
  const { at } = await backUp({
    dataDir: settings.data_dir,
    files: filesOf(settings),
    to,
    version,
    now: Date.now,
    print,
  });
  print(`${to} holds what the gateway knew at ${new Date(at).toISOString()}`);
  tellInflux(settings, print, (database, machine) => [
    `The readings are in InfluxDB, which copies itself; on its machine (${machine}):`,
    `  influxd backup -portable -db ${database} -host ${INFLUX_RPC} ${shellWord(join(to, 'influx'))}`,
  ]);
}

export function runRestore(sources: SettingsSources, from: string, force: boolean, print: Print): void {
  const settings = loadSettings(gatewaySettingsSchema, sources);
  const { data_dir: dataDir } = settings;
  const { at } = restore({ from, dataDir, files: filesOf(settings), force, now: Date.now, print });
  print(`${dataDir} is as it was at ${new Date(at).toISOString()}`);
  print(
    'What was removed or revoked since (people, tokens, devices, certificates) gets in again: remove it anew.',
  );
  if (settings.mqtt.tls !== undefined)
    print(
      `An edge that was enrolled or renewed its certificate since is not let in: the gateway's log names it ("client refused", "the certificate is not in the ledger"), and once it has come so does quantrac edge list. Give it a new code (quantrac edge code), and at the box: quantrac enrol --again. (Hộp ghi danh hoặc gia hạn sau thời điểm này cần mã mới.)`,
    );
  tellInflux(settings, print, (database, machine) => [
    `The readings are in InfluxDB. Where they are gone, bring them back before the gateway starts; on its machine (${machine}):`,
    `  influxd restore -portable -db ${database} -host ${INFLUX_RPC} ${shellWord(join(from, 'influx'))}`,
    `It says "database may already exist" of one that is there, also of an empty one. This deletes it with all that it holds:`,
    `  influx -execute 'DROP DATABASE ${database}'`,
  ]);
}

const filesOf = ({ store }: GatewaySettings): readonly DataFile[] =>
  store.kind === 'sqlite' ? DATA_FILES : DATA_FILES.filter((name) => name !== 'readings.db');

/** Where InfluxDB 1.x takes backups unless its configuration says otherwise: `bind-address`, from its own machine only. */
const INFLUX_RPC = '127.0.0.1:8088';

function tellInflux(
  { store }: GatewaySettings,
  print: Print,
  lines: (database: string, machine: string) => readonly string[],
): void {
  if (store.kind !== 'influx' || store.url === undefined) return;
  for (const line of lines(store.database, new URL(store.url).hostname)) print(line);
}

const shellWord = (text: string): string =>
  /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
