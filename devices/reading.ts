/** A reading: one value of one parameter at one station and time, with its quality flag. */
import type { ParameterId } from './parameter.ts';
import type { Judged } from './quality.ts';

export interface Reading extends Judged {
  readonly station: string;
  readonly parameter: ParameterId;
  /** When it was measured, epoch ms. */
  readonly at: number;
}
