/** How long characters take on a serial line. Pure. */
import { z } from 'zod';

/** As in the profiles: "9600 8N1". */
export const serialSchema = z.string().regex(/^[1-9]\d{2,6} [78][NEO][12]$/, 'must look like "9600 8N1"');

export interface SerialSpeed {
  readonly baud: number;
  /** Time of one character with its start, parity and stop bits. */
  readonly charMs: number;
}

export function serialSpeed(serial: string): SerialSpeed {
  const [baud = '', format = ''] = serial.split(' ');
  const bits = 1 + Number(format[0]) + (format[1] === 'N' ? 0 : 1) + Number(format[2]);
  return { baud: Number(baud), charMs: (bits * 1000) / Number(baud) };
}

/** Silence between two frames: 3.5 characters, fixed above 19200 baud (MODBUS over Serial Line V1.02, 2.5.1.1). */
export const frameGapMs = ({ baud, charMs }: SerialSpeed): number => (baud > 19_200 ? 1.75 : 3.5 * charMs);
