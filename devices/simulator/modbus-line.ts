/** One line of the field: a Modbus TCP server with several units, as a serial bus behind a gateway has. */
import type { AddressInfo, Server } from 'node:net';
import { ServerTCP } from 'modbus-serial';
import type { RegisterArea } from '../profile.ts';
import type { SimulatedInstrument } from './instrument.ts';

/** Exception codes of the Modbus application protocol V1.1b3, section 7. */
const ILLEGAL_FUNCTION = 0x01;
const ILLEGAL_DATA_ADDRESS = 0x02;
const GATEWAY_TARGET_FAILED_TO_RESPOND = 0x0b;

export interface ModbusLine {
  readonly port: number;
  stop(): Promise<void>;
}

/** Returns when the line listens. Port 0 means any free port. */
export async function startModbusLine(
  host: string,
  port: number,
  units: ReadonlyMap<number, SimulatedInstrument>,
  now: () => number,
): Promise<ModbusLine> {
  const read = (area: RegisterArea, address: number, count: number, unit: number): number[] => {
    const instrument = units.get(unit);
    if (!instrument) throw modbusError(GATEWAY_TARGET_FAILED_TO_RESPOND);
    const word = instrument.at(now());
    return Array.from({ length: count }, (_, index) => {
      const value = word(area, address + index);
      if (value === undefined) throw modbusError(ILLEGAL_DATA_ADDRESS);
      return value;
    });
  };
  const one = (area: RegisterArea) => (address: number, unit: number) => read(area, address, 1, unit)[0] ?? 0;
  // Without these the server would leave a write unanswered.
  const refuse = (): never => {
    throw modbusError(ILLEGAL_FUNCTION);
  };
  const server = new ServerTCP(
    {
      getCoil: (address: number, unit: number) => one('coil')(address, unit) === 1,
      getDiscreteInput: (address: number, unit: number) => one('discrete')(address, unit) === 1,
      getHoldingRegister: (address: number, unit: number) => one('holding')(address, unit),
      getInputRegister: (address: number, unit: number) => one('input')(address, unit),
      getMultipleHoldingRegisters: (address: number, count: number, unit: number) =>
        read('holding', address, count, unit),
      getMultipleInputRegisters: (address: number, count: number, unit: number) =>
        read('input', address, count, unit),
      setCoil: refuse,
      setRegister: refuse,
    },
    // The server takes the number 0 for "not given" and 502 instead; the text "0" reaches the socket.
    { host, port: String(port) as unknown as number },
  );
  // A reader that breaks its connection is no matter of ours.
  server.on('socketError', () => {});
  await new Promise<void>((resolve, reject) => {
    server.on('initialized', () => resolve());
    server.on('serverError', (error) => reject(error ?? new Error('the line cannot listen')));
  });
  const socket = (server as unknown as { _server: Server })._server;
  return {
    port: (socket.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const modbusError = (code: number): Error =>
  Object.assign(new Error(`modbus exception ${code}`), { modbusErrorCode: code });
