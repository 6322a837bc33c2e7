/** Limits of standards that were not met, of all stations, as rows of one table. Pure. */
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import type { Exceedance, ExceedancesAnswer } from '../../../../devices/wire/derived.ts';

export interface ExceedanceRow extends Exceedance {
  readonly station: StationAnswer;
}

export interface ExceedanceTable {
  /** Not met at least once; the greatest share first. */
  readonly exceeded: readonly ExceedanceRow[];
  /** The others, as they come. */
  readonly met: readonly ExceedanceRow[];
  /** Water stations of which no limit says the class that their water has to meet: nothing is judged there. */
  readonly unclassed: readonly StationAnswer[];
}

const share = ({ exceeded, of }: Exceedance): number => (of === 0 ? 0 : exceeded / of);

/** How many times the limit the worst value is, or the other way round where the limit is a lowest value. */
const excess = ({ side, worst, limit }: Exceedance): number =>
  side === 'above' ? worst / limit.value : limit.value / worst;

export function exceedanceTable(
  answered: ExceedancesAnswer['stations'],
  stations: ReadonlyMap<string, StationAnswer>,
  isIn: (station: StationAnswer) => boolean,
): ExceedanceTable {
  const shown = answered.flatMap((own) => {
    const station = stations.get(own.station);
    return station && isIn(station) ? [{ ...own, station }] : [];
  });
  const rows = shown.flatMap(({ station, rows: own }) =>
    own.map((row): ExceedanceRow => ({ ...row, station })),
  );
  return {
    exceeded: rows
      .filter(({ exceeded }) => exceeded > 0)
      .sort((one, other) => share(other) - share(one) || excess(other) - excess(one)),
    met: rows.filter(({ exceeded }) => exceeded === 0),
    unclassed: shown.flatMap(({ station, bodies }) => (bodies?.length === 0 ? [station] : [])),
  };
}
