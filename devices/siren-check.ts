/** What is wrong with the sirens of an edge file beyond the schema. Pure. */
import { FIRE_SIREN_NAMES } from './fire/report.ts';
import type { EdgeFile, Station } from './station.ts';

export interface SirenFault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** In the order of the file. */
export function* sirenFaults({
  lines,
  stations,
}: Pick<EdgeFile, 'lines' | 'stations'>): Generator<SirenFault> {
  const modes = new Map(lines.map(({ id, mode }) => [id, mode]));
  /** Who has each coil. */
  const owners = new Map<string, string>();
  for (const [number, station] of stations.entries()) {
    const ids = new Set<string>();
    for (const [index, { id, line, unit, coil, on }] of station.sirens.entries()) {
      const path = ['stations', number, 'sirens', index];
      if (ids.has(id))
        yield { path: [...path, 'id'], message: `siren "${id}" is named twice at ${station.id}` };
      ids.add(id);
      const mode = modes.get(line);
      if (mode === undefined) yield { path: [...path, 'line'], message: `there is no line "${line}"` };
      if (mode === 'mqtt')
        yield {
          path: [...path, 'line'],
          message: `line "${line}" is an MQTT broker: a siren is a coil on a Modbus line`,
        };
      const place = `line ${line}, unit ${unit}, coil ${coil}`;
      const owner = owners.get(place);
      if (owner !== undefined)
        yield {
          path: [...path, 'coil'],
          message: `${place} is that of "${owner}": two sirens would undo each other`,
        };
      owners.set(place, `${station.id}/${id}`);
      const known = limitNames(station);
      for (const [at, limit] of on.entries()) {
        if (!known.includes(limit))
          yield { path: [...path, 'on', at], message: `${station.id} has no limit "${limit}"` };
      }
    }
  }
}

/** Those of the fire rules are the levels of the post's own alarm. */
const limitNames = ({ limits, fire }: Station): string[] => [
  ...limits.map(({ name }) => name),
  ...(fire ? FIRE_SIREN_NAMES : []),
];
