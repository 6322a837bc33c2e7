/** Exceedances of all stations as rows of one table. Pure. */
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import type { Exceedance, ExceedancesAnswer } from '../../../../devices/wire/derived.ts';

export interface ExceedanceRow extends Exceedance {
  readonly station: StationAnswer;
}

export interface ExceedanceTable {
  /** With at least one mean above its limit; the greatest share first. */
  readonly above: readonly ExceedanceRow[];
  /** The others, as they come. */
  readonly below: readonly ExceedanceRow[];
}

const share = ({ exceeded, of }: Exceedance): number => (of === 0 ? 0 : exceeded / of);

export function exceedanceTable(
  answer: ExceedancesAnswer,
  stations: ReadonlyMap<string, StationAnswer>,
  isIn: (station: StationAnswer) => boolean,
): ExceedanceTable {
  const rows = answer.stations.flatMap(({ station: id, rows: own }) => {
    const station = stations.get(id);
    return station && isIn(station) ? own.map((row): ExceedanceRow => ({ ...row, station })) : [];
  });
  return {
    above: rows
      .filter(({ exceeded }) => exceeded > 0)
      .sort(
        (one, other) =>
          share(other) - share(one) || other.high / other.limit.value - one.high / one.limit.value,
      ),
    below: rows.filter(({ exceeded }) => exceeded === 0),
  };
}
