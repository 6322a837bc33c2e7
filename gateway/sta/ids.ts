/** The ids of entities: stable texts made of names, and how they stand in paths. */
import { isParameter, type ParameterId } from '../../devices/parameter.ts';
import type { SetName } from './model.ts';

export interface SeriesName {
  readonly station: string;
  readonly parameter: ParameterId;
}

/** Of a Datastream: `song-han:ph`. */
export const seriesId = ({ station, parameter }: SeriesName): string => `${station}:${parameter}`;

export function parseSeriesId(id: string): SeriesName | null {
  const [station = '', parameter = '', ...more] = id.split(':');
  return more.length === 0 && station !== '' && isParameter(parameter) ? { station, parameter } : null;
}

/** Of an Observation: `song-han:ph:1772668800000`, the time in epoch ms. */
export const observationId = (series: string, at: number): string => `${series}:${at}`;

export function parseObservationId(id: string): (SeriesName & { readonly at: number }) | null {
  const end = id.lastIndexOf(':');
  const series = parseSeriesId(id.slice(0, Math.max(end, 0)));
  const time = id.slice(end + 1);
  return series !== null && /^\d{1,16}$/.test(time) ? { ...series, at: Number(time) } : null;
}

const PLAIN = /^[\w:.-]+$/;

/** An entity's place below the root, as `Things('song-han')`; a part of an address. */
export const placeOf = (set: SetName, id: string): string =>
  `${set}('${PLAIN.test(id) ? id : encodeURIComponent(id.replaceAll("'", "''"))}')`;
