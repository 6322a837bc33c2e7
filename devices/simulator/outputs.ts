/** The outputs of an I/O module: coils that are written one by one, and read back as they were written. Pure. */
import { EXCEPTION, exceptionPdu } from './answer.ts';

export interface Outputs {
  /** The answer to a write of one of them; null for any other request. */
  take(pdu: Uint8Array): Uint8Array | null;
  /** What stands at the coil, 0 or 1; undefined where there is no output. */
  read(coil: number): number | undefined;
}

const WRITE_SINGLE_COIL = 5;
const ON = 0xff00;
const OFF = 0x0000;

/** `coils`: their addresses as they go over the wire, the first coil is 0. All begin off. */
export function createOutputs(coils: readonly number[]): Outputs {
  const states = new Map(coils.map((coil) => [coil, 0]));
  return {
    take(pdu) {
      const [code = 0, high = 0, low = 0, valueHigh = 0, valueLow = 0] = pdu;
      const coil = (high << 8) | low;
      if (code !== WRITE_SINGLE_COIL || !states.has(coil)) return null;
      const value = (valueHigh << 8) | valueLow;
      if (pdu.length !== 5 || (value !== ON && value !== OFF))
        return exceptionPdu(code, EXCEPTION.illegalValue);
      states.set(coil, value === ON ? 1 : 0);
      // A write that was done is answered with itself.
      return pdu;
    },
    read: (coil) => states.get(coil),
  };
}
