/** What an instrument, or its last will, says of whether it is there. Pure. */
import { isObject, parseJson } from './json.ts';

export type Presence = 'online' | 'offline';

const WORDS: Readonly<Record<string, Presence>> = {
  online: 'online',
  connected: 'online',
  true: 'online',
  '1': 'online',
  offline: 'offline',
  disconnected: 'offline',
  false: 'offline',
  '0': 'offline',
};

/** A word (Tasmota), or JSON with `state` (Zigbee2MQTT) or `online` (ours); null when it is none of these. */
export function presenceOf(payload: Uint8Array): Presence | null {
  const json = parseJson(payload);
  const said = isObject(json) ? (json.state ?? json.online ?? json.status) : (json ?? textOf(payload));
  if (typeof said !== 'string' && typeof said !== 'boolean' && typeof said !== 'number') return null;
  const word = String(said).trim().toLowerCase();
  return Object.hasOwn(WORDS, word) ? (WORDS[word] ?? null) : null;
}

const textOf = (payload: Uint8Array): string => new TextDecoder().decode(payload.subarray(0, 40));
