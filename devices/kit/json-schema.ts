/**
 * The JSON Schema of profiles, for editors: it completes and explains the fields while a profile is written. Run this file to
 * write devices/profiles/profile.schema.json anew.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { profileSchema } from '../profile.ts';
import { PROFILES_DIR } from './profiles.ts';

export const PROFILE_SCHEMA_FILE = join(PROFILES_DIR, 'profile.schema.json');

/** What the file must say: the form in which people write a profile, before defaults are filled in. */
export function profileJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(profileSchema, { io: 'input', target: 'draft-7' });
  return { ...schema, title: 'Quantrac instrument profile' };
}

if (import.meta.main) writeFileSync(PROFILE_SCHEMA_FILE, `${JSON.stringify(profileJsonSchema(), null, 2)}\n`);
