/** Means of a year of all stations as rows of one table. Pure. */
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import type { YearMean, YearMeansAnswer } from '../../../../devices/wire/derived.ts';

export interface YearRow extends YearMean {
  readonly station: StationAnswer;
}

export interface YearTable {
  /** The greatest share of its limit first. */
  readonly judged: readonly YearRow[];
  /** Of too few days to say; those with the most first. */
  readonly incomplete: readonly YearRow[];
}

const shareOfLimit = ({ mean, limit }: YearMean): number => mean / limit.value;

export function yearTable(
  answered: YearMeansAnswer['stations'],
  stations: ReadonlyMap<string, StationAnswer>,
  isIn: (station: StationAnswer) => boolean,
): YearTable {
  const rows = answered.flatMap(({ station: id, rows: own }) => {
    const station = stations.get(id);
    return station && isIn(station) ? own.map((row): YearRow => ({ ...row, station })) : [];
  });
  return {
    judged: rows
      .filter(({ exceeded }) => exceeded !== null)
      .sort((one, other) => shareOfLimit(other) - shareOfLimit(one)),
    incomplete: rows.filter(({ exceeded }) => exceeded === null).sort((one, other) => other.days - one.days),
  };
}
