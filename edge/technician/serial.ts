/** Settings of a serial line as people write them: "9600 8N1". Pure. */
import { UserFault } from '../../devices/kit/fault.ts';
import { type Profile, serialSettings } from '../../devices/profile.ts';

/** RTU needs all eight data bits. */
const FORM = /^[1-9]\d{2,6} 8[NEO][12]$/;

/** What instruments leave the factory with, the commonest first. */
const COMMON = ['9600 8N1', '4800 8N1', '19200 8E1', '19200 8N1', '9600 8N2', '19200 8N2', '9600 8E1'];

export const DEFAULT_SERIAL = '9600 8N1';

/** "all", or several with commas between; each once, in the order given. */
export function parseSettings(text: string, profiles: Iterable<Profile>): string[] {
  if (text.trim() === 'all') {
    const known = [...profiles].flatMap(serialSettings).filter((setting) => FORM.test(setting));
    return [...new Set([...COMMON, ...known])];
  }
  const settings = text.split(',').map((part) => part.trim().replace(/\s+/, ' ').toUpperCase());
  const wrong = settings.find((part) => !FORM.test(part));
  if (wrong !== undefined)
    throw new UserFault(`--settings: "${wrong}" must look like "9600 8N1", or be "all"`);
  return [...new Set(settings)];
}
