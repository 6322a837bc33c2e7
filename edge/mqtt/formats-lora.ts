/** LoRaWAN network servers: what the device's codec has decoded, in the envelope of the network. Pure. */
import type { InstrumentOf } from '../../devices/mqtt-instrument.ts';
import { NO_OBJECT, NOT_JSON } from './formats-json.ts';
import { isObject, type JsonObject, parseJson, valueAt } from './json.ts';
import { noteOf, samplesOf, storedSamples } from './mapped.ts';
import type { Decode, DecodeContext, Decoded } from './message.ts';
import { parseStamp } from './stamp.ts';

interface Uplink {
  /** What the codec gave; anything when there is none. */
  readonly values: unknown;
  /** When the network received it. */
  readonly time: unknown;
  readonly key: string | null;
  /** What a technician must do when there are no decoded values. */
  readonly advice: string;
}

type LoraInstrument = InstrumentOf<'chirpstack' | 'ttn'>;

const text = (value: unknown): string | null =>
  typeof value === 'string' && value.length <= 200 ? value : null;

/**
 * A frame counter counts in one session. Empty fields are left out of both servers' JSON: one that is absent is 0, or
 * there is none (a simulated uplink), so that the time must tell.
 */
function frameKey(session: string | null, counter: unknown, time: unknown): string | null {
  if (typeof counter === 'number') return `${session ?? ''} ${counter}`;
  return text(time) === null ? null : `${session ?? ''} ${text(time)}`;
}

/** `application/…/device/…/event/up` of ChirpStack v4. */
export const decodeChirpstack = (instrument: InstrumentOf<'chirpstack'>): Decode =>
  uplinkDecoder(instrument, (message) => ({
    values: message.object,
    time: message.time,
    key: text(message.deduplicationId) ?? frameKey(text(message.devAddr), message.fCnt, message.time),
    advice: 'messages have no "object": the device profile in ChirpStack needs a codec',
  }));

/** `v3/…/devices/…/up` of The Things Stack v3. */
export const decodeTtn = (instrument: InstrumentOf<'ttn'>): Decode =>
  uplinkDecoder(instrument, (message) => {
    const uplink = isObject(message.uplink_message) ? message.uplink_message : {};
    const ids = isObject(message.end_device_ids) ? message.end_device_ids : {};
    const session = text(uplink.session_key_id) ?? text(ids.dev_addr);
    const time = uplink.received_at ?? message.received_at;
    return {
      values: uplink.decoded_payload,
      time,
      key: frameKey(session, uplink.f_cnt, time),
      advice: 'messages have no "decoded_payload": the device needs a payload formatter',
    };
  });

function uplinkDecoder({ values, time, history }: LoraInstrument, open: (message: JsonObject) => Uplink) {
  return (payload: Uint8Array, { zone }: DecodeContext): Decoded => {
    const message = parseJson(payload);
    if (message === undefined) return NOT_JSON;
    if (!isObject(message)) return NO_OBJECT;
    const uplink = open(message);
    const own = time === undefined ? null : parseStamp(valueAt(uplink.values, time), zone);
    const stamp = own ?? parseStamp(uplink.time, zone);
    const samples = [
      ...samplesOf(uplink.values, values, stamp),
      ...storedSamples(uplink.values, values, history, zone),
    ];
    const note = isObject(uplink.values) ? noteOf(uplink.values, values, samples) : uplink.advice;
    return { kind: 'samples', samples, key: uplink.key, note };
  };
}
