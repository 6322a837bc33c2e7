/** Opens the line of a technician's command. */
import { createLogger } from '../../devices/kit/log.ts';
import type { Line } from '../../devices/station.ts';
import type { Clock } from '../clock.ts';
import { createModbus } from '../sources/modbus.ts';
import type { Source } from '../sources/source.ts';

/** What happens on the line is told by the command's own words, so that nothing is logged. */
export const openSource = (line: Line, clock: Clock): Source =>
  createModbus(line, { clock, random: Math.random, log: createLogger('technician', 'silent') });
