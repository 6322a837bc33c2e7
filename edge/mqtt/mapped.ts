/** Samples of a JSON object by the mapping of the edge file. Pure. */
import type { JsonPath } from '../../devices/mqtt-instrument.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { describeKeys, pathText, valueAt } from './json.ts';
import type { Sample, Stamp, Zone } from './message.ts';
import { parseStamp } from './stamp.ts';

export type Mapping = Partial<Record<ParameterId, { readonly path: JsonPath }>>;

export interface History {
  readonly path: JsonPath;
  readonly time: JsonPath;
}

/** A message with more stored measurements is cut: a LoRa message has room for a few. */
const MOST_STORED = 1000;

export const entriesOf = (mapping: Mapping): [ParameterId, { path: JsonPath }][] =>
  Object.entries(mapping) as [ParameterId, { path: JsonPath }][];

/** What is not in the object gives no sample: many devices send some values now and others later. */
export function samplesOf(root: unknown, mapping: Mapping, stamp: Stamp | null): Sample[] {
  return entriesOf(mapping).flatMap(([parameter, { path }]) => {
    const raw = valueAt(root, path);
    return raw === undefined ? [] : [{ parameter, raw, stamp }];
  });
}

/** Stored measurements; one without a time of its own cannot be placed. */
export function storedSamples(
  root: unknown,
  mapping: Mapping,
  history: History | undefined,
  zone: Zone,
): Sample[] {
  const list = history && valueAt(root, history.path);
  if (!Array.isArray(list) || !history) return [];
  return list.slice(0, MOST_STORED).flatMap((entry) => {
    const stamp = parseStamp(valueAt(entry, history.time), zone);
    return stamp === null ? [] : samplesOf(entry, mapping, { ...stamp, present: false });
  });
}

/** For people, when the mapping has found nothing of a parameter. */
export function noteOf(root: unknown, mapping: Mapping, samples: readonly Sample[]): string | null {
  const absent = entriesOf(mapping).find(([id]) => !samples.some(({ parameter }) => parameter === id));
  return absent ? `nothing at ${pathText(absent[1].path)}, ${describeKeys(root)}` : null;
}
