/** Headers that the settings of a destination give, whose values may be secrets. */
import { UserFault } from '../../../devices/kit/fault.ts';
import { readSecret, type SecretSetting } from '../destination-secret.ts';

/** Throws a UserFault that names the header, never its value. */
export function readHeaders(settings: Readonly<Record<string, SecretSetting>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => {
      const value = readSecret(setting);
      if (!/^[\t\x20-\x7e]*$/.test(value))
        throw new UserFault(
          `header ${name} of a destination: its value has characters that no header may have`,
        );
      return [name, value];
    }),
  );
}
