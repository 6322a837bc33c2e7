/** The profiles that ship with the product, and a folder of one's own beside them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Profile, profileSchema } from '../profile.ts';
import { UserFault } from './fault.ts';
import { loadYaml } from './yaml-file.ts';

export const PROFILES_DIR = join(import.meta.dirname, '../profiles');

/** All profiles of a folder by id; files that start with "_" are to copy from, not to read. */
export function loadProfiles(folder = PROFILES_DIR): Map<string, Profile> {
  const profiles = new Map<string, Profile>();
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.yaml') || file.startsWith('_')) continue;
    const path = join(folder, file);
    const profile = loadYaml(path, profileSchema);
    if (`${profile.id}.yaml` !== file)
      throw new UserFault(`${path}: id: "${profile.id}" must be the file's name`);
    profiles.set(profile.id, profile);
  }
  return profiles;
}
