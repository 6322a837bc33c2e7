import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import type { Line } from '../../devices/station.ts';
import { systemClock } from '../clock.ts';
import { read, silentLog } from '../rig.ts';
import { createModbus } from './modbus.ts';
import type { Source } from './source.ts';

const closing: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Debian's: the Python that comes first on the path may be another without the package. */
const PYTHON = '/usr/bin/python3';
const pymodbus = spawnSync(PYTHON, ['-c', 'import pymodbus.server']).status === 0;
if (!pymodbus) {
  if (process.env.CI) throw new Error('python3-pymodbus is not installed, and CI needs it');
  process.stdout.write('skipped: tests that need python3-pymodbus\n');
}

/** Input registers hold their address, holding registers 1000 more, up to 399; units 1 and 2. */
const SERVER = `
import asyncio, sys
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server.async_io import ModbusTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

def unit():
    return ModbusSlaveContext(
        di=ModbusSequentialDataBlock(0, [address % 3 == 0 for address in range(16)]),
        co=ModbusSequentialDataBlock(0, [address % 2 == 1 for address in range(16)]),
        hr=ModbusSequentialDataBlock(0, [1000 + address for address in range(400)]),
        ir=ModbusSequentialDataBlock(0, list(range(400))),
        zero_mode=True,
    )

async def main():
    framer = ModbusRtuFramer if sys.argv[1] == "rtu-tcp" else ModbusSocketFramer
    context = ModbusServerContext(slaves={1: unit(), 2: unit()}, single=False)
    server = ModbusTcpServer(context, framer=framer, address=("127.0.0.1", 0), ignore_missing_slaves=True)
    serving = asyncio.ensure_future(server.serve_forever())
    await server.serving
    print(server.server.sockets[0].getsockname()[1], flush=True)
    await serving

asyncio.run(main())
`;

async function open(mode: 'tcp' | 'rtu-tcp'): Promise<Source> {
  const server = spawn(PYTHON, ['-c', SERVER, mode]);
  const closed = once(server, 'exit');
  closing.push(async () => {
    server.kill();
    await closed;
  });
  let faults = '';
  server.stderr.on('data', (text) => {
    faults += text;
  });
  const port = await Promise.race([
    once(createInterface(server.stdout), 'line').then(([line]) => Number(line)),
    closed.then(() => {
      throw new Error(faults);
    }),
  ]);
  const line: Line =
    mode === 'tcp'
      ? { id: 'bus', mode, host: '127.0.0.1', port }
      : { id: 'bus', mode, host: '127.0.0.1', port, serial: '9600 8N1' };
  const source = createModbus(line, { clock: systemClock, random: () => 0, log: silentLog });
  closing.push(source.stop);
  return source;
}

test.skipIf(!pymodbus).for(['tcp', 'rtu-tcp'] as const)('a pymodbus server is read by %s', async (mode) => {
  const source = await open(mode);
  expect(await read(source)).toEqual([10, 11]);
  expect(await read(source, { unit: 2, area: 'holding', address: 275, count: 125 })).toEqual(
    Array.from({ length: 125 }, (_, index) => 1275 + index),
  );
  expect(await read(source, { area: 'coil', address: 0, count: 10 })).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
  expect(await read(source, { area: 'discrete', address: 0, count: 4 })).toEqual([1, 0, 0, 1]);
  expect(await read(source, { address: 399 })).toBe('exception 2 (illegal data address)');
  const write = { unit: 1, address: 3, timeoutMs: 1000 } as const;
  expect(await source.write({ ...write, area: 'holding', value: 513 })).toEqual({ kind: 'done' });
  expect(await read(source, { area: 'holding', address: 3 })).toEqual([513, 1004]);
  expect(await source.write({ ...write, area: 'coil', value: 0 })).toEqual({ kind: 'done' });
  expect(await read(source, { area: 'coil', address: 3 })).toEqual([0, 0]);
  expect(await read(source, { unit: 3, timeoutMs: 60 })).toBe('no answer within 60 ms');
  expect(await read(source, { address: 0, count: 1 })).toEqual([0]);
});
