/** The edge's own file, and the edge files that come of it with configurations of the centre. */

import {
  configText,
  isSettings,
  mergeEdgeFile,
  type Settings,
  splitEdgeFile,
} from '../../devices/edge-config.ts';
import { checkConfig } from '../../devices/edge-config-check.ts';
import type { Profiles } from '../../devices/inventory.ts';
import { UserFault } from '../../devices/kit/fault.ts';
import { jsonHash } from '../../devices/kit/json-hash.ts';
import { loadSettings, type SettingsSources } from '../../devices/kit/settings.ts';
import { parseForeignYaml, readYaml } from '../../devices/kit/yaml-file.ts';
import { type EdgeFile, edgeFileSchema } from '../../devices/station.ts';
import { loadEdgeFile } from '../settings.ts';

/** A configuration that this box can run. */
export interface Config {
  /** null: of its own file. */
  readonly version: number | null;
  readonly hash: string;
  readonly text: string;
  readonly file: EdgeFile;
}

export interface Box {
  readonly own: Config;
  /** Of a text that the centre wants; a sentence is why it cannot run here. */
  read(version: number, text: string): Config | string;
}

/** Throws a UserFault when the file is wrong: it stops the start. Environment and flags hold for all that is read here. */
export function openBox(sources: SettingsSources, profiles: Profiles): Box {
  const file = loadEdgeFile(sources, profiles);
  const raw = sources.file === undefined ? {} : readYaml(sources.file).value;
  const { own: written, config } = splitEdgeFile(isSettings(raw) ? raw : {});
  const { id, data_dir, log_level, uplink } = file;
  const own = { settings: { id, data_dir, log_level, uplink }, passwords: written.passwords };

  return {
    own: { version: null, hash: jsonHash(config), text: configText(config), file },
    read(version, text) {
      try {
        const { value } = parseForeignYaml(text, 'configuration');
        const checked = checkConfig(value, own, profiles);
        if (checked.kind === 'faulty') return checked.faults.join('; ');
        const merged = mergeEdgeFile(own, value as Settings);
        const source = { value: merged, place: () => 'configuration' };
        return {
          version,
          text,
          hash: jsonHash(value),
          file: loadSettings(edgeFileSchema, { ...sources, file: undefined, source }),
        };
      } catch (error) {
        if (error instanceof UserFault) return error.message;
        throw error;
      }
    },
  };
}
