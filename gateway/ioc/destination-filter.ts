/** Which records of the feed a destination is for. */
import { z } from 'zod';
import { LEVELS } from '../../devices/limit.ts';
import { type FeedEntry, type FeedRecord, feedEntrySchema } from '../../devices/wire/feed.ts';
import { STATION_KINDS } from '../../devices/word.ts';
import type { Catalog, KnownStation } from '../catalog.ts';

const KINDS = feedEntrySchema.options.flatMap(({ shape }): FeedEntry['kind'][] => {
  const { kind } = shape;
  return kind instanceof z.ZodEnum ? kind.options : [...kind.values];
});

/** What is left out lets everything through. */
export const filterSchema = z
  .strictObject({
    kinds: z.array(z.enum(KINDS)).min(1),
    /** Operating areas by their name in either language. */
    areas: z.array(z.string().min(1).max(500)).min(1).max(200),
    levels: z.array(z.enum(LEVELS)).min(1),
    station_kinds: z.array(z.enum(STATION_KINDS)).min(1),
  })
  .partial();
export type FeedFilter = z.infer<typeof filterSchema>;

/** Who hears of an alert's beginning must hear of its end, whatever level that has by then. */
const ENDS: readonly string[] = ['alert.cleared', 'alert.corrected', 'alert.retracted'];

/** A station that was withdrawn is known by what its record says of it. */
type Subject = Partial<Pick<KnownStation, 'area' | 'kind'>>;

/**
 * Areas and kinds of stations choose among the records that are about a station or an edge with stations; what is about
 * neither (a heartbeat, flows) passes both, and a station passes where nobody knows any more what it was.
 */
export function createFilter(filter: FeedFilter, catalog: Catalog): (record: FeedRecord) => boolean {
  const { kinds, areas, levels, station_kinds: stationKinds } = filter;
  const suits = ({ area, kind }: Subject) =>
    (areas === undefined || area === undefined || areas.includes(area.vi) || areas.includes(area.en)) &&
    (stationKinds === undefined || kind === undefined || stationKinds.includes(kind));
  return (record) => {
    if (kinds !== undefined && !kinds.includes(record.kind)) return false;
    if (
      'alert' in record &&
      levels !== undefined &&
      !levels.includes(record.alert.level) &&
      !ENDS.includes(record.kind)
    )
      return false;
    const stations = stationsOf(record, catalog);
    return stations.length === 0 || stations.some(suits);
  };
}

function stationsOf(record: FeedRecord, catalog: Catalog): Subject[] {
  const one = (id: string) => [catalog.get(id)].filter((station) => station !== undefined);
  const ofEdge = (name: string) => catalog.all().filter(({ edge }) => edge === name);
  if ('observations' in record) return one(record.observations.station);
  if ('station' in record) return [catalog.get(record.station.id) ?? { kind: record.station.kind }];
  if ('edge' in record) return ofEdge(record.edge.name);
  if (!('alert' in record)) return [];
  const { station, about } = record.alert;
  return about?.kind === 'edge' ? ofEdge(about.id) : one(station);
}
