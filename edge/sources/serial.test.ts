import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ServerSerial } from 'modbus-serial';
import { afterEach, expect, test } from 'vitest';
import { hasProgram } from '../../test/support/programs.ts';
import { type Clock, systemClock } from '../clock.ts';
import { read, silentLog } from '../rig.ts';
import { createModbus } from './modbus.ts';
import type { Source } from './source.ts';

const closing: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'quantrac-serial-'));
  closing.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Two pseudo-terminals that are one cable: `edge` and `field` in this folder. */
async function cable(within: string) {
  const ends = { edge: join(within, 'edge'), field: join(within, 'field') };
  const socat = spawn('socat', [
    '-d',
    '-d',
    `pty,raw,echo=0,link=${ends.edge}`,
    `pty,raw,echo=0,link=${ends.field}`,
  ]);
  const closed = once(socat, 'exit');
  const stop = async () => {
    socat.kill();
    await closed;
  };
  closing.push(stop);
  for await (const line of createInterface(socat.stderr)) if (line.includes('starting data transfer')) break;
  socat.stderr.resume();
  return { ...ends, stop };
}

function open(path: string, clock: Clock = systemClock): Source {
  const source = createModbus(
    { id: 'bus', mode: 'rtu', path, serial: '19200 8E1' },
    { clock, random: () => 0, log: silentLog },
  );
  closing.push(source.stop);
  return source;
}

/** The server of modbus-serial: input registers hold their address, unit 5 never answers, unit 6 says exception 2. */
async function serve(path: string): Promise<() => Promise<void>> {
  const server = new ServerSerial(
    {
      getInputRegister: (address: number, unit: number) => {
        if (unit === 5) return new Promise<number>(() => {});
        if (unit === 6) throw Object.assign(new Error('illegal'), { modbusErrorCode: 2 });
        return address;
      },
      getCoil: (address: number) => address % 2 === 1,
    },
    { path, baudRate: 19_200, parity: 'even', unitID: 255, ...{ interval: 5 } },
  );
  await once(server, 'initialized');
  // Closed already, it says so to the callback.
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()));
  closing.push(stop);
  return stop;
}

test('a serial port that is not there says so, and waits before it is tried again', async () => {
  let ticks = 0;
  const path = join(folder(), 'none');
  const source = open(path, { ...systemClock, ticks: () => ticks });
  const says = `cannot open ${path} (No such file or directory)`;
  expect(await read(source)).toBe(says);
  ticks += 1;
  expect(await read(source)).toBe(says);
  expect(await read(source)).toBe(says);
});

const socat = hasProgram('socat');

test.skipIf(!socat)('several units are read over a serial line, and a dead one harms no other', async () => {
  const { edge, field } = await cable(folder());
  await serve(field);
  const source = open(edge);
  expect(await read(source)).toEqual([10, 11]);
  expect(await read(source, { unit: 2, address: 300, count: 100 })).toEqual(
    Array.from({ length: 100 }, (_, index) => 300 + index),
  );
  expect(await read(source, { area: 'coil', address: 1, count: 9 })).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1]);
  expect(await read(source, { unit: 6 })).toBe('exception 2 (illegal data address)');
  expect(await read(source, { unit: 5, timeoutMs: 60 })).toBe('no answer within 60 ms');
  expect(await read(source, { unit: 2 })).toEqual([10, 11]);
});

test.skipIf(!socat)('an adapter that is pulled out is told, and works when it is back', async () => {
  const within = folder();
  const first = await cable(within);
  const stopServer = await serve(first.field);
  let ticks = 0;
  const source = open(first.edge, { ...systemClock, ticks: () => ticks });
  expect(await read(source)).toEqual([10, 11]);
  await stopServer();
  const reading = read(source, { unit: 5, timeoutMs: 5000 });
  await first.stop();
  expect(await reading).toMatch(new RegExp(`^${first.edge} lost \\(|^cannot open ${first.edge} \\(`));
  expect(await read(source)).toMatch(/^cannot open .*edge \(No such file or directory\)$/);
  const second = await cable(within);
  await serve(second.field);
  ticks += 60_000;
  expect(await read(source)).toEqual([10, 11]);
});

test.skipIf(!socat)('a serial port without any answer is opened anew after three time-outs', async () => {
  const { edge, field } = await cable(folder());
  const source = open(edge);
  for (let unit = 1; unit <= 3; unit++)
    expect(await read(source, { unit, timeoutMs: 50 })).toBe('no answer within 50 ms');
  await serve(field);
  expect(await read(source, { unit: 4 })).toEqual([10, 11]);
});

test.skipIf(!socat)('stop ends a read on a serial line and lets go of the port', async () => {
  const { edge } = await cable(folder());
  const source = open(edge);
  await read(source, { timeoutMs: 50 });
  const reading = read(source, { unit: 2, timeoutMs: 5000 });
  const started = performance.now();
  await source.stop();
  expect(await reading).toMatch(/lost|closed/);
  expect(performance.now() - started).toBeLessThan(500);
  // Another may have it now.
  await serve(edge);
});

const LIBMODBUS_SERVER = `
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
  modbus_t *bus = modbus_new_rtu(argv[1], 19200, 'E', 8, 1);
  modbus_mapping_t *map = modbus_mapping_new(16, 16, 400, 400);
  uint8_t query[MODBUS_RTU_MAX_ADU_LENGTH];
  if (argc < 2 || bus == NULL || map == NULL) return 1;
  for (int i = 0; i < 400; i++) { map->tab_input_registers[i] = i; map->tab_registers[i] = 1000 + i; }
  for (int i = 0; i < 16; i++) { map->tab_bits[i] = i % 2; map->tab_input_bits[i] = i % 3 == 0; }
  modbus_set_slave(bus, 1);
  if (modbus_connect(bus) != 0) return 2;
  puts("ready");
  fflush(stdout);
  for (;;) {
    int length = modbus_receive(bus, query);
    if (length > 0) modbus_reply(bus, query, length, map);
  }
}
`;

const libmodbus = ['/usr/include', '/usr/local/include'].some((path) =>
  existsSync(join(path, 'modbus/modbus.h')),
);
if (!libmodbus) {
  if (process.env.CI) throw new Error('libmodbus-dev is not installed, and CI needs it');
  process.stdout.write('skipped: tests that need libmodbus-dev\n');
}

test.skipIf(!socat || !libmodbus || !hasProgram('cc'))(
  'a libmodbus server is read over a serial line',
  async () => {
    const within = folder();
    const program = join(within, 'server');
    writeFileSync(`${program}.c`, LIBMODBUS_SERVER);
    const built = spawnSync('cc', ['-I/usr/include/modbus', '-o', program, `${program}.c`, '-lmodbus']);
    expect(built.stderr.toString()).toBe('');
    const { edge, field } = await cable(within);
    const server = spawn(program, [field]);
    const closed = once(server, 'exit');
    closing.push(async () => {
      server.kill();
      await closed;
    });
    await once(server.stdout, 'data');
    const source = open(edge);
    expect(await read(source)).toEqual([10, 11]);
    expect(await read(source, { area: 'holding', address: 275, count: 125 })).toEqual(
      Array.from({ length: 125 }, (_, index) => 1275 + index),
    );
    expect(await read(source, { area: 'coil', address: 0, count: 10 })).toEqual([
      0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
    ]);
    expect(await read(source, { area: 'discrete', address: 0, count: 4 })).toEqual([1, 0, 0, 1]);
    expect(await read(source, { address: 399 })).toBe('exception 2 (illegal data address)');
    const write = { unit: 1, address: 3, timeoutMs: 1000 } as const;
    expect(await source.write({ ...write, area: 'holding', value: 513 })).toEqual({ kind: 'done' });
    expect(await read(source, { area: 'holding', address: 3 })).toEqual([513, 1004]);
    expect(await source.write({ ...write, area: 'coil', value: 0 })).toEqual({ kind: 'done' });
    expect(await read(source, { area: 'coil', address: 3 })).toEqual([0, 0]);
    expect(await source.write({ ...write, area: 'coil', address: 16, value: 1 })).toMatchObject({
      fault: { kind: 'exception', code: 2 },
    });
    expect(await read(source, { unit: 2, timeoutMs: 60 })).toBe('no answer within 60 ms');
  },
);
