import type { Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { seededBelow } from '../../devices/simulator/random.ts';
import { systemClock } from '../clock.ts';
import { read, silentLog, startFrames } from '../rig.ts';
import { createModbus } from './modbus.ts';
import { crc16 } from './rtu-frame.ts';

const closing: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function framed(...bytes: number[]): Buffer {
  const crc = crc16(Uint8Array.from(bytes));
  return Buffer.from([...bytes, crc & 0xff, crc >> 8]);
}

/** The right answer: two registers that hold the address and the number given. */
const answer = (request: Buffer, word = 0): Buffer =>
  framed(request[0] ?? 0, request[1] ?? 0, 4, 0, request[3] ?? 0, 0, word);

/** A TCP bridge to a bus on which `serve` is given each request, counted from 1. */
async function bridge(serve: (request: Buffer, socket: Socket, count: number) => void) {
  let count = 0;
  const started = await startFrames((request, socket) => {
    count += 1;
    serve(request, socket, count);
  });
  const source = createModbus(
    { id: 'bus', mode: 'rtu-tcp', host: '127.0.0.1', port: started.port, serial: '9600 8N1' },
    { clock: systemClock, random: () => 0, log: silentLog },
  );
  closing.push(started.close, source.stop);
  return { source, connections: started.connections, asked: () => count };
}

test('an RTU frame goes through the bridge, and its answer comes in pieces', async () => {
  const requests: Buffer[] = [];
  const { source } = await bridge((request, socket) => {
    requests.push(request);
    const bytes = answer(request, 5);
    socket.write(bytes.subarray(0, 4));
    setTimeout(() => socket.write(bytes.subarray(4)), 30);
  });
  expect(await read(source)).toEqual([10, 5]);
  expect(requests.map((request) => request.toString('hex'))).toEqual([
    framed(1, 4, 0, 10, 0, 2).toString('hex'),
  ]);
});

const other = (request: Buffer, ...head: number[]): Buffer =>
  framed(...head, ...answer(request).subarray(2, -2));

function spoilt(request: Buffer): Buffer {
  const bytes = answer(request);
  bytes[4] = 0xee;
  return bytes;
}

test.for([
  { fault: 'a wrong CRC', bytes: spoilt, says: 'malformed answer: wrong CRC' },
  {
    fault: 'another function',
    bytes: (request: Buffer) => other(request, 1, 3),
    says: 'malformed answer: function 3 instead of 4',
  },
  {
    fault: 'a cut frame',
    bytes: (request: Buffer) => answer(request).subarray(0, 7),
    says: 'malformed answer: 7 of 9 bytes',
  },
  {
    fault: 'random bytes',
    bytes: () => Buffer.from('what is this?'),
    says: 'malformed answer: 13 bytes that are no answer',
  },
  {
    fault: 'an exception that is not in the standard',
    bytes: () => framed(1, 0x84, 77),
    says: 'exception 77 (not in the standard)',
  },
])('$fault is one error, before the time-out, and the next read works', async ({ bytes, says }) => {
  const { source, connections } = await bridge((request, socket, count) => {
    socket.write(count === 1 ? bytes(request) : answer(request));
  });
  const started = performance.now();
  expect(await read(source, { timeoutMs: 5000 })).toBe(says);
  expect(performance.now() - started).toBeLessThan(2000);
  expect(await read(source)).toEqual([10, 0]);
  expect(connections()).toBe(1);
});

test.for([
  {
    fault: 'another unit',
    bytes: (request: Buffer) => other(request, 9, 4),
    says: 'malformed answer: unit 9 answered instead',
  },
  {
    fault: 'the request itself',
    bytes: (request: Buffer) => request,
    says: 'malformed answer: only the request itself came back',
  },
  {
    fault: 'a few bytes',
    bytes: () => Buffer.from([0, 0]),
    says: 'malformed answer: 2 bytes that are no answer',
  },
])('$fault alone is told at the time-out, and before the answer it does no harm', async ({ bytes, says }) => {
  const { source } = await bridge((request, socket, count) => {
    socket.write(bytes(request));
    if (count > 1) setTimeout(() => socket.write(answer(request)), 20);
  });
  expect(await read(source, { timeoutMs: 100 })).toBe(says);
  expect(await read(source)).toEqual([10, 0]);
});

test('the late answer to one request is not taken for the answer to the next of the same unit', async () => {
  const { source } = await bridge((request, socket, count) => {
    setTimeout(() => socket.write(answer(request, count)), count === 1 ? 1200 : 150);
  });
  expect(await read(source, { timeoutMs: 900 })).toBe('no answer within 900 ms');
  const started = performance.now();
  expect(await read(source, { address: 20, timeoutMs: 900 })).toEqual([20, 2]);
  // It waited 300 ms for the late answer and not all of 900, then 150 ms for its own.
  expect(performance.now() - started).toBeLessThan(1000);
});

test('an answer that never comes is waited for once more and no longer, and other units do not wait', async () => {
  const { source } = await bridge((request, socket, count) => {
    if (count > 1) socket.write(answer(request, count));
  });
  expect(await read(source, { timeoutMs: 1000 })).toBe('no answer within 1000 ms');
  const started = performance.now();
  expect(await read(source, { unit: 2, timeoutMs: 1000 })).toEqual([10, 2]);
  expect(performance.now() - started).toBeLessThan(700);
  expect(await read(source, { timeoutMs: 1000 })).toEqual([10, 3]);
  expect(performance.now() - started).toBeGreaterThan(800);
  expect(performance.now() - started).toBeLessThan(1900);
});

test('a late answer that comes while another unit is asked is not taken for the answer of that one', async () => {
  let late: Buffer = Buffer.alloc(0);
  const { source } = await bridge((request, socket, count) => {
    if (count === 1) late = answer(request, 99);
    else if (count === 2) {
      socket.write(late);
      setTimeout(() => socket.write(answer(request, 2)), 30);
    } else socket.write(answer(request, count));
  });
  expect(await read(source, { timeoutMs: 100 })).toBe('no answer within 100 ms');
  expect(await read(source, { unit: 2 })).toEqual([10, 2]);
  expect(await read(source)).toEqual([10, 3]);
});

test('an answer with fewer registers than were asked for says how many', async () => {
  const { source } = await bridge((request, socket, count) =>
    socket.write(count === 1 ? framed(1, 4, 2, 0, 7) : answer(request)),
  );
  expect(await read(source)).toBe('short answer: 1 registers instead of 2');
  expect(await read(source)).toEqual([10, 0]);
});

const WRITE = { unit: 1, area: 'holding', address: 10, value: 513, timeoutMs: 1000 } as const;

test('a register is written, and a unit that lets a write pass is left alone until its late answer has come', async () => {
  const { source, asked } = await bridge((request, socket, count) => {
    if (count === 2) setTimeout(() => socket.write(request), 150);
    else socket.write(count === 3 ? framed(1, 0x86, 2) : request);
  });
  expect(await source.write(WRITE)).toEqual({ kind: 'done' });
  expect(await source.write({ ...WRITE, timeoutMs: 100 })).toEqual({
    kind: 'fault',
    fault: { kind: 'no-answer', timeoutMs: 100 },
  });
  expect(await source.write(WRITE)).toMatchObject({ kind: 'fault', fault: { kind: 'exception', code: 2 } });
  expect(asked()).toBe(3);
});

test('where the adapter hears what it sends, its echo is not taken for the answer to a write', async () => {
  let dead = false;
  const { source } = await bridge((request, socket) => {
    const own = request[1] === 6 ? request : answer(request);
    socket.write(dead ? request : Buffer.concat([request, own]));
  });
  expect(await read(source)).toEqual([10, 0]);
  expect(await source.write(WRITE)).toEqual({ kind: 'done' });
  dead = true;
  expect(await source.write({ ...WRITE, timeoutMs: 100 })).toEqual({
    kind: 'fault',
    fault: { kind: 'malformed', detail: 'only the request itself came back' },
  });
});

test('what comes while nothing is asked is not taken for the next answer', async () => {
  const { source } = await bridge((request, socket, count) => {
    const bytes = answer(request, count);
    socket.write(count === 1 ? Buffer.concat([bytes, bytes, bytes]) : bytes);
  });
  expect(await read(source)).toEqual([10, 1]);
  expect(await read(source)).toEqual([10, 2]);
});

test('a line that babbles without end is told at the time-out', async () => {
  const { source } = await bridge((_request, socket) => {
    const babble = setInterval(() => socket.write(Buffer.alloc(100, 0x55)), 5);
    socket.on('close', () => clearInterval(babble));
  });
  expect(await read(source, { timeoutMs: 300 })).toMatch(/^malformed answer: \d+ bytes that are no answer$/);
});

test('a bridge without any answer is opened anew after three time-outs, and the late answer is still waited for', async () => {
  const { source, connections } = await bridge((request, socket, count) => {
    if (count > 3) socket.write(answer(request));
  });
  for (let unit = 1; unit <= 3; unit++)
    expect(await read(source, { unit, timeoutMs: 50 })).toBe('no answer within 50 ms');
  expect(connections()).toBe(1);
  expect(await read(source, { unit: 3, timeoutMs: 50 })).toEqual([10, 0]);
  expect(connections()).toBe(2);
});

test('stop ends the wait for a late answer', async () => {
  const { source } = await bridge(() => {});
  await read(source, { timeoutMs: 1000 });
  const reading = read(source, { timeoutMs: 5000 });
  const started = performance.now();
  await source.stop();
  expect(await reading).toBe('line is closed');
  expect(performance.now() - started).toBeLessThan(500);
});

test('hundreds of spoilt answers in a row are hundreds of errors, and the line stays of use', async () => {
  const next = seededBelow(3);
  const { source } = await bridge((request, socket, count) => {
    if (count % 2 === 0) {
      socket.write(answer(request));
      return;
    }
    const bytes = Buffer.from(Array.from({ length: 5 + next(60) }, () => next(256)));
    socket.write(bytes);
  });
  for (let round = 0; round < 20; round++) {
    expect(await read(source)).toMatch(/^malformed answer: /);
    expect(await read(source)).toEqual([10, 0]);
  }
});
