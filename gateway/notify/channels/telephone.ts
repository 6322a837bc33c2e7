/** Telephone numbers as people and networks write them. */
import { Undeliverable } from '../channel.ts';

/** Of Viet Nam: what a number without + begins with in other countries. */
const COUNTRY = '84';

/** `0905 123 456` and `+84 905 123 456` without what is only for the eye. Throws Undeliverable when it is no number. */
export function dialled(address: string): string {
  const number = address.replace(/[\s.()-]/g, '').replace(/^00/, '+');
  if (!/^\+?\d{3,15}$/.test(number)) throw new Undeliverable('this is no telephone number');
  return number;
}

/** `+84905123456` of what `dialled` gives. Short numbers stay as they are. */
export const international = (number: string): string =>
  /^0\d{8,}$/.test(number) ? `+${COUNTRY}${number.slice(1)}` : number;
