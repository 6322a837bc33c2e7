import { execFile } from 'node:child_process';
import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import modbusSerial from 'modbus-serial';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { hasProgram } from '../../test/support/programs.ts';
import { fieldOf, temporaryFolder, wireTo } from './rig.ts';

const line = (settings: string) => `
lines:
  - id: bus
    ${settings}
    instruments:
      - { profile: xy-md02, unit: 1, points: { air_temperature: { constant: 25.3 }, relative_humidity: { constant: 60 } } }
`;
const READ = '01 04 0001 0002 200b';
const GOOD = '01040400fd02586aee';

type Client = InstanceType<typeof modbusSerial.default>;

async function client(open: (modbus: Client) => Promise<void>): Promise<Client> {
  const modbus = new modbusSerial.default();
  modbus.setTimeout(2000);
  await open(modbus);
  modbus.setID(1);
  onTestFinished(() => new Promise<void>((resolve) => modbus.close(() => resolve())));
  return modbus;
}

describe('RTU over TCP', () => {
  test('a client of a library reads it, and sees a wrong CRC', async () => {
    const field = await fieldOf(line('mode: rtu-tcp'));
    const port = field.ready.lines.bus ?? 0;
    const modbus = await client((one) => one.connectTelnet('127.0.0.1', { port }));
    expect((await modbus.readInputRegisters(1, 2)).data).toEqual([253, 600]);
    field.setFault('bus', 1, 'wrong-crc');
    await expect(modbus.readInputRegisters(1, 2)).rejects.toThrow('CRC error');
    field.setFault('bus', 1, null);
    expect((await modbus.readInputRegisters(1, 2)).data).toEqual([253, 600]);
  });

  test('a request that comes in pieces, or two at once, are answered', async () => {
    const field = await fieldOf(line('mode: rtu-tcp'));
    const wire = await wireTo(field.ready.lines.bus);
    wire.send('01 04 00');
    wire.send('01 0002 200b');
    expect(await wire.take(9)).toBe(GOOD);
    wire.send(READ + READ);
    expect(await wire.take(18)).toBe(GOOD + GOOD);
  });

  test('a function that it does not know, and a count that cannot be, are refused', async () => {
    const field = await fieldOf(line('mode: rtu-tcp'));
    const wire = await wireTo(field.ready.lines.bus);
    wire.send('01 11 c02c');
    expect(await wire.take(5)).toBe('0191018c50');
    wire.send('01 04 0001 0000 a1ca');
    expect(await wire.take(5)).toBe('0184030301');
  });

  test('two readers of one line each get their own answers', async () => {
    const field = await fieldOf(line('mode: rtu-tcp'));
    const [one, two] = [await wireTo(field.ready.lines.bus), await wireTo(field.ready.lines.bus)];
    one.send(READ);
    two.send(READ + READ);
    expect(await one.take(9)).toBe(GOOD);
    expect(await two.take(18)).toBe(GOOD + GOOD);
  });

  test.each([
    ['9600 8N1', 10],
    ['4800 8E1', 11],
  ])('paced at %s a request takes the time of its characters', async (serial, bits) => {
    const field = await fieldOf(line(`mode: rtu-tcp\n    serial: ${serial}\n    paced: true`));
    const wire = await wireTo(field.ready.lines.bus);
    // 8 bytes of request, 3.5 of silence, 9 of answer.
    const least = ((8 + 3.5 + 9) * bits * 1000) / Number.parseInt(serial, 10);
    const taken: number[] = [];
    for (let round = 0; round < 8; round++) {
      const started = performance.now();
      wire.send(READ);
      await wire.take(9);
      taken.push(performance.now() - started);
    }
    expect(Math.min(...taken)).toBeGreaterThanOrEqual(least);
    expect(Math.min(...taken)).toBeLessThan(least * 1.5);
  });

  test('paced, the line is one pair of wires: what is asked meanwhile waits', async () => {
    const field = await fieldOf(line('mode: rtu-tcp\n    serial: "9600 8N1"\n    paced: true'));
    const readers = await Promise.all([1, 2, 3].map(() => wireTo(field.ready.lines.bus)));
    const started = performance.now();
    for (const reader of readers) reader.send(READ);
    await Promise.all(readers.map((reader) => reader.take(9)));
    expect(performance.now() - started).toBeGreaterThanOrEqual((3 * 20.5 * 10_000) / 9600);
  });
});

describe.skipIf(!hasProgram('socat'))('RTU on a pseudo-terminal (socat)', () => {
  test('a reader opens the path as a serial port, leaves and comes back', async () => {
    const field = await fieldOf(line('mode: rtu'));
    const path = field.ready.paths.bus ?? '';
    expect(field.ready.lines).toEqual({});
    for (let visit = 0; visit < 2; visit++) {
      const modbus = new modbusSerial.default();
      modbus.setTimeout(2000);
      await modbus.connectRTUBuffered(path, { baudRate: 9600 });
      modbus.setID(1);
      expect((await modbus.readInputRegisters(1, 2)).data).toEqual([253, 600]);
      await new Promise<void>((resolve) => modbus.close(() => resolve()));
    }
    await field.stop();
    expect(existsSync(path)).toBe(false);
  });

  test('faults act there too', async () => {
    const field = await fieldOf(line('mode: rtu'));
    const modbus = await client((one) =>
      one.connectRTUBuffered(field.ready.paths.bus ?? '', { baudRate: 9600 }),
    );
    field.setFault('bus', 1, 'wrong-crc');
    await expect(modbus.readInputRegisters(1, 2)).rejects.toThrow('CRC error');
    field.setFault('bus', 1, null);
    expect((await modbus.readInputRegisters(1, 2)).data).toEqual([253, 600]);
  });

  test.skipIf(!hasProgram('mbpoll'))("a third party's client (mbpoll) reads it", async () => {
    const field = await fieldOf(line('mode: rtu'));
    const { stdout } = await promisify(execFile)('mbpoll', [
      ...[
        '-m',
        'rtu',
        '-b',
        '9600',
        '-P',
        'none',
        '-1',
        '-q',
        '-0',
        '-a',
        '1',
        '-t',
        '3',
        '-r',
        '1',
        '-c',
        '2',
      ],
      field.ready.paths.bus ?? '',
    ]);
    expect(stdout).toMatch(/\[1\]:\s+253\n\[2\]:\s+600\n/);
  });

  test('a link that a killed field left behind does not stop the next', async () => {
    const path = join(temporaryFolder(), 'tty-bus');
    symlinkSync('/dev/pts/nobody', path);
    const field = await fieldOf(line(`mode: rtu\n    path: ${path}`));
    expect(field.ready.paths).toEqual({ bus: path });
  });

  test('the path can be given; where something is already the start stops', async () => {
    const path = join(temporaryFolder(), 'tty-bus');
    const field = await fieldOf(line(`mode: rtu\n    path: ${path}`));
    expect(field.ready.paths).toEqual({ bus: path });
    await field.stop();
    writeFileSync(path, 'mine');
    await expect(fieldOf(line(`mode: rtu\n    path: ${path}`))).rejects.toThrow(`${path}: is there already`);
    await expect(fieldOf(line('mode: rtu\n    path: /nowhere/tty'))).rejects.toThrow('/nowhere/tty: ');
  });
});

test('without the program socat the start stops with its name', async () => {
  vi.stubEnv('PATH', temporaryFolder());
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(fieldOf(line('mode: rtu'))).rejects.toThrow(
    'a line of mode rtu needs the program socat, which is not installed',
  );
});

test.each([
  ['mode: rtu\n    port: 5000', 'lines.0.port: a line of mode rtu has a path, no port'],
  ['mode: rtu-tcp\n    path: /tmp/x', 'lines.0.path: is only for lines of mode rtu'],
  ['mode: tcp\n    paced: true', 'lines.0.paced: a line of mode tcp is not serial'],
  ['mode: rtu-tcp\n    serial: fast', 'lines.0.serial: must look like "9600 8N1"'],
])('what does not fit the mode is told: %s', async (settings, sentence) => {
  await expect(fieldOf(line(settings))).rejects.toThrow(sentence);
});
