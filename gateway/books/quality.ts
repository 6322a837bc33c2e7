/**
 * "Đúng, đủ, sạch, sống" of a station and day: accurate, complete, clean, alive, each a share from 0 to 1. Pure. They
 * are shown as four, never as a mean: a station that sends nothing is not three quarters perfect.
 */
export interface QualityCounts {
  /** E: samples that were due. */
  readonly expected: number;
  /** M: samples that came, of any kind. */
  readonly received: number;
  /** C: of these, stored with a value: parsed, of a known point, in a fitting unit, finite, not ahead of time, once. */
  readonly clean: number;
  /** G: of the clean ones, flagged good. */
  readonly good: number;
  /** L: of the clean ones, here within ten minutes of their measurement. */
  readonly live: number;
}

/** null is "không có dữ liệu", no data: of nothing no share can be told, and it is not 100 %. */
export interface Quality {
  readonly dung: number | null;
  readonly du: number | null;
  readonly sach: number | null;
  readonly song: number | null;
}

export function qualityOf({ expected, received, clean, good, live }: QualityCounts): Quality {
  const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
  return {
    dung: share(good, clean),
    du: expected > 0 ? Math.min(1, clean / expected) : null,
    sach: share(clean, received),
    song: share(live, clean),
  };
}
