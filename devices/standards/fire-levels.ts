/**
 * The five forest fire levels of Vietnam (Decree 156/2018/ND-CP, Article 46) and the tables by which a province reads them from
 * index P. The tables differ by a factor of 2 to 5, so there is no default: a zone names the one that holds for it.
 */
import type { Language } from '../parameter.ts';

type Words = Readonly<Record<Language, string>>;

export type FireLevel = 1 | 2 | 3 | 4 | 5;

interface FireLevelText {
  /** Shown wherever the level is: the decree gives levels no colours. */
  readonly roman: 'I' | 'II' | 'III' | 'IV' | 'V';
  readonly name: Words;
  /** Hours of the day when watch towers in pine forest are manned, by standard 04TCN 89:2006; null: it asks for none. */
  readonly watch: { readonly from_hour: number; readonly to_hour: number } | null;
}

export const FIRE_LEVELS: Readonly<Record<FireLevel, FireLevelText>> = {
  1: { roman: 'I', name: { vi: 'Cấp thấp', en: 'Low' }, watch: null },
  2: { roman: 'II', name: { vi: 'Cấp trung bình', en: 'Moderate' }, watch: { from_hour: 10, to_hour: 17 } },
  3: { roman: 'III', name: { vi: 'Cấp cao', en: 'High' }, watch: { from_hour: 9, to_hour: 18 } },
  4: { roman: 'IV', name: { vi: 'Cấp nguy hiểm', en: 'Dangerous' }, watch: { from_hour: 8, to_hour: 22 } },
  5: {
    roman: 'V',
    name: { vi: 'Cấp cực kỳ nguy hiểm', en: 'Extremely dangerous' },
    watch: { from_hour: 0, to_hour: 24 },
  },
};

export interface FireTable {
  readonly id: string;
  readonly name: Words;
  readonly source: string;
  /** Day `2022-08-01`; null for a table that no authority has issued. */
  readonly valid_from: string | null;
  /** The greatest P, a whole number, of levels I, II, III and IV. */
  readonly up_to: readonly [number, number, number, number];
}

export const FIRE_TABLES = [
  {
    id: 'thua-thien-hue-33-2022',
    name: { vi: 'Thừa Thiên Huế, QĐ 33/2022/QĐ-UBND', en: 'Thừa Thiên Huế, Decision 33/2022' },
    source:
      "Decision 33/2022/QD-UBND of Thừa Thiên Huế, issued 1 August 2022 (the province's page of 3 August 2022); the day it came into force was not seen, so that of issue stands",
    valid_from: '2022-08-01',
    up_to: [5000, 10_000, 15_000, 20_000],
  },
  {
    id: 'research',
    name: { vi: 'Bảng dùng trong nghiên cứu khí hậu', en: 'Table used in climate research' },
    source: 'class limits quoted in climate research on Vietnam; issued by no authority',
    valid_from: null,
    up_to: [1000, 2500, 5000, 10_000],
  },
] as const satisfies readonly FireTable[];

export const FIRE_TABLE_IDS: readonly string[] = FIRE_TABLES.map(({ id }) => id);

/** A known table, or one of a province's `own`. */
export function fireTable(id: string, own: readonly FireTable[] = []): FireTable {
  const table = [...FIRE_TABLES, ...own].find((one) => one.id === id);
  if (table === undefined) throw new RangeError(`no fire level table "${id}"`);
  return table;
}

/** The level of an index P. Tables are in whole numbers (5000 is I, 5001 is II), so P is rounded, as it is shown. */
export function fireLevel(table: FireTable, p: number): FireLevel {
  const whole = Math.round(p);
  const [one, two, three, four] = table.up_to;
  if (whole <= one) return 1;
  if (whole <= two) return 2;
  if (whole <= three) return 3;
  return whole <= four ? 4 : 5;
}
