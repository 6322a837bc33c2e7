/** Servers of other people, and our own simulator: each is read, and written to, over Modbus TCP and over a serial line. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { startProfileField } from '../../devices/simulator/profile-field.ts';
import type { Line } from '../../devices/station.ts';
import { hasProgram } from '../../test/support/programs.ts';
import { systemClock } from '../clock.ts';
import { read, silentLog } from '../rig.ts';
import { createModbus } from './modbus.ts';
import type { Source } from './source.ts';

const closing: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'quantrac-servers-'));
  closing.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Ends with the test. */
function run(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args);
  const closed = once(child, 'exit');
  closing.push(async () => {
    child.kill();
    await closed;
  });
  return child;
}

/** The first line that it says; what it complains of when it ends without one. */
async function said(child: ChildProcess): Promise<string> {
  if (!child.stdout || !child.stderr) throw new Error('no output');
  let faults = '';
  child.stderr.on('data', (text) => {
    faults += text;
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(faults);
  });
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  return String(line);
}

/** A pseudo-terminal that goes to another, or to a TCP port. */
async function cable(edge: string, other: string): Promise<void> {
  const socat = run('socat', ['-d', '-d', `pty,raw,echo=0,link=${edge}`, other]);
  if (!socat.stderr) throw new Error('no output');
  for await (const line of createInterface(socat.stderr)) if (line.includes('starting data transfer')) break;
  socat.stderr.resume();
}

/** Coils: every second from 1. Discrete inputs: every third from 0. Input registers: their address, holding: 1000 more. */
const LIBMODBUS = `
#include <modbus.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
int main(int argc, char **argv) {
  modbus_t *bus = argc > 1 ? modbus_new_rtu(argv[1], 19200, 'E', 8, 1) : modbus_new_tcp("127.0.0.1", 0);
  modbus_mapping_t *map = modbus_mapping_new(16, 16, 400, 400);
  uint8_t query[MODBUS_MAX_ADU_LENGTH];
  if (bus == NULL || map == NULL) return 1;
  for (int i = 0; i < 400; i++) { map->tab_input_registers[i] = i; map->tab_registers[i] = 1000 + i; }
  for (int i = 0; i < 16; i++) { map->tab_bits[i] = i % 2; map->tab_input_bits[i] = i % 3 == 0; }
  if (argc > 1) {
    modbus_set_slave(bus, 1);
    if (modbus_connect(bus) != 0) return 2;
    puts("ready");
    fflush(stdout);
  } else {
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    int listener = modbus_tcp_listen(bus, 1);
    if (listener < 0 || getsockname(listener, (struct sockaddr *)&address, &size) != 0) return 2;
    printf("%d\\n", ntohs(address.sin_port));
    fflush(stdout);
    if (modbus_tcp_accept(bus, &listener) < 0) return 3;
  }
  for (;;) {
    int length = modbus_receive(bus, query);
    if (length > 0) modbus_reply(bus, query, length, map);
    else if (length < 0 && argc == 1) return 0;
  }
}
`;

/** The same registers. */
const PYMODBUS = `
import asyncio, sys
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server.async_io import ModbusTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

async def main():
    unit = ModbusSlaveContext(
        di=ModbusSequentialDataBlock(0, [address % 3 == 0 for address in range(16)]),
        co=ModbusSequentialDataBlock(0, [address % 2 == 1 for address in range(16)]),
        hr=ModbusSequentialDataBlock(0, [1000 + address for address in range(400)]),
        ir=ModbusSequentialDataBlock(0, list(range(400))),
        zero_mode=True,
    )
    framer = ModbusRtuFramer if sys.argv[1] == "rtu" else ModbusSocketFramer
    context = ModbusServerContext(slaves={1: unit}, single=False)
    server = ModbusTcpServer(context, framer=framer, address=("127.0.0.1", 0), ignore_missing_slaves=True)
    serving = asyncio.ensure_future(server.serve_forever())
    await server.serving
    print(server.server.sockets[0].getsockname()[1], flush=True)
    await serving

asyncio.run(main())
`;

type Mode = 'tcp' | 'rtu';

function open(mode: Mode, where: { port?: number | undefined; path?: string | undefined }): Source {
  const line: Line =
    mode === 'tcp'
      ? { id: 'bus', mode, host: '127.0.0.1', port: where.port ?? 0 }
      : { id: 'bus', mode, path: where.path ?? '', serial: '19200 8E1' };
  const source = createModbus(line, { clock: systemClock, random: () => 0, log: silentLog });
  closing.push(source.stop);
  return source;
}

async function libmodbus(mode: Mode): Promise<Source> {
  const within = folder();
  const program = join(within, 'server');
  writeFileSync(`${program}.c`, LIBMODBUS);
  const built = spawnSync('cc', ['-I/usr/include/modbus', '-o', program, `${program}.c`, '-lmodbus']);
  expect(built.stderr.toString()).toBe('');
  if (mode === 'tcp') return open(mode, { port: Number(await said(run(program, []))) });
  const [edge, field] = [join(within, 'edge'), join(within, 'field')];
  await cable(edge, `pty,raw,echo=0,link=${field}`);
  await said(run(program, [field]));
  return open(mode, { path: edge });
}

/** Debian's: the Python that comes first on the path may be another without the package. */
const PYTHON = '/usr/bin/python3';

/** Its own server of serial lines needs a package more; a cable to its RTU server on a port needs none. */
async function pymodbus(mode: Mode): Promise<Source> {
  const port = Number(await said(run(PYTHON, ['-c', PYMODBUS, mode])));
  if (mode === 'tcp') return open(mode, { port });
  const edge = join(folder(), 'edge');
  await cable(edge, `tcp:127.0.0.1:${port},nodelay`);
  return open(mode, { path: edge });
}

function needs(met: boolean, what: string): boolean {
  if (met) return true;
  if (process.env.CI) throw new Error(`${what} is not installed, and CI needs it`);
  process.stdout.write(`skipped: tests that need ${what}\n`);
  return false;
}

const socat = hasProgram('socat');
const servers = [
  {
    name: 'libmodbus',
    start: libmodbus,
    there: hasProgram('cc') && needs(existsSync('/usr/include/modbus/modbus.h'), 'libmodbus-dev'),
  },
  {
    name: 'pymodbus',
    start: pymodbus,
    there: needs(spawnSync(PYTHON, ['-c', 'import pymodbus.server']).status === 0, 'python3-pymodbus'),
  },
];
const MODES: readonly Mode[] = socat ? ['tcp', 'rtu'] : ['tcp'];
const runs = servers.flatMap((server) => (server.there ? MODES.map((mode) => ({ ...server, mode })) : []));

test.for(runs)('a $name server is read and written to by $mode', async ({ start, mode }) => {
  const source = await start(mode);
  expect(await read(source)).toEqual([10, 11]);
  expect(await read(source, { area: 'holding', address: 275, count: 125 })).toEqual(
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
  expect(await read(source)).toEqual([10, 11]);
});

test.for(MODES)('the simulator is read by %s: any profile, its holes and its start command', async (mode) => {
  const field = await startProfileField(
    { profile: 'yosemitech-y4000', mode, print: () => {} },
    { flags: { log_level: 'silent' } },
  );
  closing.push(() => field.stop());
  const source = open(mode, { port: field.ready.lines.line, path: field.ready.paths.line });
  const words = await read(source, { area: 'holding', address: 0x2601, count: 16 });
  expect(words).toHaveLength(16);
  expect(await read(source, { area: 'holding', address: 0x0800, count: 1 })).toEqual([0]);
  expect(await read(source, { area: 'holding', address: 0x2600, timeoutMs: 60 })).toBe(
    'no answer within 60 ms',
  );
  expect(await read(source, { area: 'holding', address: 0x2500, count: 0 })).toEqual([]);
  expect(await read(source, { area: 'holding', address: 0x0800, count: 1 })).toEqual([0]);
});
