/** Which line a technician's command goes to: exactly one of a Modbus TCP host, a serial port, a bridge. Pure. */
import { UserFault } from '../../devices/kit/fault.ts';
import type { Line } from '../../devices/station.ts';

export interface EndpointFlags {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly serial?: string | undefined;
  readonly bridge?: string | undefined;
}

const MODBUS_PORT = 502;
/** Lines have names in an edge file; here there is only one. */
const ID = 'line';

/** `serial` is the setting of the serial port, or what the bridge is set to. */
export function endpointOf(flags: EndpointFlags, serial: string): Line {
  const { host, port, serial: path, bridge } = flags;
  const given = [host, path, bridge].filter((flag) => flag !== undefined);
  if (given.length !== 1)
    throw new UserFault(
      given.length === 0
        ? 'which line? Give --host (Modbus TCP), --serial (RS-485) or --bridge (serial server)'
        : 'one line at a time: give only one of --host, --serial and --bridge',
    );
  if (port !== undefined && host === undefined) throw new UserFault('--port belongs to --host');
  if (host !== undefined) return { id: ID, mode: 'tcp', host, port: port ?? MODBUS_PORT };
  if (path !== undefined) return { id: ID, mode: 'rtu', path, serial };
  const [, name = '', number = ''] = /^\[?(.+?)\]?:(\d{1,5})$/.exec(bridge ?? '') ?? [];
  if (name === '' || Number(number) < 1 || Number(number) > 65_535)
    throw new UserFault(`--bridge: "${bridge}" must look like 192.168.1.30:4196`);
  return { id: ID, mode: 'rtu-tcp', host: name, port: Number(number), serial };
}

export function endpointText(line: Line): string {
  if (line.mode === 'rtu') return `${line.path} (${line.serial})`;
  return `${line.host}:${line.port}${line.mode === 'rtu-tcp' ? ' (bridge)' : ''}`;
}
