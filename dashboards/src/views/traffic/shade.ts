/** How strongly a cell of the strip is tinted, so that its figure stays readable. Pure. */

/** Percent of the accent colour at the greatest value. */
const STRONGEST = 42;

/** 0 to 42 %, of the greatest of all that is shown together. */
export const shadeOf = (value: number | null, greatest: number): number =>
  value === null || greatest <= 0 ? 0 : Math.round(Math.min(1, Math.max(0, value / greatest)) * STRONGEST);
