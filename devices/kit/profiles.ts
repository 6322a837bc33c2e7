/** The profiles that ship with the product, and a folder of one's own beside them. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Profile, type ProfileLookup, profileSchema } from '../profile.ts';
import { nameSchema } from '../word.ts';
import { UserFault } from './fault.ts';
import { loadYaml } from './yaml-file.ts';

export const PROFILES_DIR = join(import.meta.dirname, '../profiles');

/** Profiles of a folder, each read when it is first asked for: a process needs a few of many. */
export function openProfiles(folder = PROFILES_DIR): ProfileLookup {
  const read = new Map<string, Profile>();
  return {
    get(id) {
      const path = join(folder, `${id}.yaml`);
      if (!read.has(id) && nameSchema.safeParse(id).success && existsSync(path))
        read.set(id, readProfile(path));
      return read.get(id);
    },
  };
}

/** All profiles of a folder by id; files that start with "_" are to copy from, not to read. */
export function loadProfiles(folder = PROFILES_DIR): Map<string, Profile> {
  const profiles = new Map<string, Profile>();
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.yaml') || file.startsWith('_')) continue;
    const profile = readProfile(join(folder, file));
    profiles.set(profile.id, profile);
  }
  return profiles;
}

function readProfile(path: string): Profile {
  const profile = loadYaml(path, profileSchema);
  if (`${profile.id}.yaml` !== basename(path))
    throw new UserFault(`${path}: id: "${profile.id}" must be the file's name`);
  return profile;
}
