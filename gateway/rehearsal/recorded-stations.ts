/** The stations of a recording, as far as it tells of them. Pure. */
import type { ParameterId } from '../../devices/parameter.ts';
import type { StationKind } from '../../devices/word.ts';
import type { KnownStation } from '../catalog.ts';
import type { StoredReading } from '../store/store.ts';

/** The period of a series is that between its first two readings; where they are, a recording does not say. */
export function recordedStations(readings: readonly StoredReading[], kind: StationKind): KnownStation[] {
  const stations = Map.groupBy(readings, ({ station }) => station);
  return Array.from(stations, ([id, own]) => {
    const parameters = Array.from(
      Map.groupBy(own, ({ parameter }) => parameter),
      ([parameter, [first, second]]) => ({ id: parameter, period_s: periodS(first, second) }),
    );
    const name = { vi: id, en: id };
    return {
      ...{ id, kind, name, area: name, edge: 'recording', parameters, latitude: 0, longitude: 0 },
      parameterIds: new Set<ParameterId>(parameters.map((parameter) => parameter.id)),
    };
  });
}

const DAY_S = 86_400;
const periodS = (first: StoredReading | undefined, second: StoredReading | undefined): number =>
  first === undefined || second === undefined
    ? DAY_S
    : Math.min(DAY_S, Math.max(1, (second.at - first.at) / 1000));
