/** The decoder of an instrument's format. */
import { decodeSenmlOf } from './format-senml.ts';
import { decodePlain, decodeTasmota, decodeZigbee } from './formats-json.ts';
import { decodeChirpstack, decodeTtn } from './formats-lora.ts';
import type { Decode } from './message.ts';
import type { PlainInstrument } from './topics.ts';

export function decoderOf(instrument: PlainInstrument): Decode {
  switch (instrument.format) {
    case 'senml':
      return decodeSenmlOf(instrument);
    case 'json':
      return decodePlain(instrument);
    case 'chirpstack':
      return decodeChirpstack(instrument);
    case 'ttn':
      return decodeTtn(instrument);
    case 'tasmota':
      return decodeTasmota(instrument);
    case 'zigbee2mqtt':
      return decodeZigbee(instrument);
  }
}
