/** Level of service in letters. The gateway derives it (HCM 2000, docs/methods.md) as 1 to 6; here it is only named. Pure. */
import type { LevelOfService } from '../../../../devices/methods/level-of-service.ts';

const LETTERS: readonly LevelOfService[] = ['A', 'B', 'C', 'D', 'E', 'F'];

export const serviceLetter = (value: number | null | undefined): LevelOfService | null =>
  value === null || value === undefined ? null : (LETTERS[Math.round(value) - 1] ?? null);
