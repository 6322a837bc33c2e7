/** Day and month of Vietnamese time with a slash, as people write them in both languages. */
import { dayOf } from '../../../../devices/local-time.ts';

export function dayMonth(at: number): string {
  const [, month, day] = dayOf(at).split('-');
  return `${day}/${month}`;
}
