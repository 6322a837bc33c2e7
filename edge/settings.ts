/** The edge file, checked by its schema and against the profiles it names. */
import { edgeFileFaults } from '../devices/edge-file-check.ts';
import type { Profiles } from '../devices/inventory.ts';
import { UserFault } from '../devices/kit/fault.ts';
import { loadSettings, type SettingsSources } from '../devices/kit/settings.ts';
import { readYaml } from '../devices/kit/yaml-file.ts';
import { type EdgeFile, edgeFileSchema } from '../devices/station.ts';

/** A wrong file stops the start with one sentence; an absent instrument never does. */
export function loadEdgeFile(sources: SettingsSources, profiles: Profiles): EdgeFile {
  const edge = loadSettings(edgeFileSchema, sources);
  const [fault] = edgeFileFaults(edge, profiles);
  if (!fault) return edge;
  const place = sources.file === undefined ? 'settings' : readYaml(sources.file).place(fault.path);
  throw new UserFault(`${place}: ${fault.path.map(String).join('.')}: ${fault.message}`);
}
