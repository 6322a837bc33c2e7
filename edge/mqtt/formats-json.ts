/** Formats whose payload is one JSON object with the values in it: plain JSON, Tasmota, Zigbee2MQTT. Pure. */
import type { InstrumentOf } from '../../devices/mqtt-instrument.ts';
import { PARAMETERS } from '../../devices/parameter.ts';
import { UNITS } from '../../devices/unit.ts';
import { isObject, parseJson, valueAt } from './json.ts';
import { type Mapping, noteOf, samplesOf, storedSamples } from './mapped.ts';
import type { Decode, Decoded, Sample } from './message.ts';
import { parseStamp } from './stamp.ts';

export const NOT_JSON: Decoded = { kind: 'malformed', reason: 'the payload is no JSON' };
export const NO_OBJECT: Decoded = { kind: 'malformed', reason: 'the payload is no JSON object' };

const decoded = (root: unknown, values: Mapping, samples: readonly Sample[]): Decoded => ({
  kind: 'samples',
  samples,
  key: null,
  note: noteOf(root, values, samples),
});

export const decodePlain =
  ({ values, time, history }: InstrumentOf<'json'>): Decode =>
  (payload, { zone }) => {
    const root = parseJson(payload);
    if (root === undefined) return NOT_JSON;
    if (typeof root !== 'object' || root === null) return NO_OBJECT;
    const stamp = time === undefined ? null : parseStamp(valueAt(root, time), zone);
    const samples = [...samplesOf(root, values, stamp), ...storedSamples(root, values, history, zone)];
    return decoded(root, values, samples);
  };

/** Words of Tasmota's TempUnit and PressureUnit; mmHg stays as it is, which says that the mapping does not fit. */
const TASMOTA_UNITS: Readonly<Record<string, string>> = { C: 'Cel', F: 'degF' };

/** `tele/…/SENSOR`. Its Time is local, and what it sends is of this moment. */
export const decodeTasmota =
  ({ values }: InstrumentOf<'tasmota'>): Decode =>
  (payload, { zone }) => {
    const root = parseJson(payload);
    if (root === undefined) return NOT_JSON;
    if (!isObject(root)) return NO_OBJECT;
    const time = parseStamp(root.Time, zone);
    const stamp = time && { ...time, present: true };
    const samples = samplesOf(root, values, stamp).map((sample) => ({
      ...sample,
      unit: tasmotaUnit(root, sample),
    }));
    return decoded(root, values, samples);
  };

function tasmotaUnit(root: Readonly<Record<string, unknown>>, { parameter }: Sample): string | undefined {
  const { dimension } = UNITS[PARAMETERS[parameter].unit];
  const word =
    dimension === 'temperature' ? root.TempUnit : dimension === 'pressure' ? root.PressureUnit : undefined;
  return typeof word === 'string' ? (TASMOTA_UNITS[word] ?? word) : undefined;
}

/** Without its setting last_seen there is no time. */
export const decodeZigbee =
  ({ values }: InstrumentOf<'zigbee2mqtt'>): Decode =>
  (payload, { zone }) => {
    const root = parseJson(payload);
    if (root === undefined) return NOT_JSON;
    if (!isObject(root)) return NO_OBJECT;
    return decoded(root, values, samplesOf(root, values, parseStamp(root.last_seen, zone)));
  };
