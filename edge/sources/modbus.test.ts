import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Clock, systemClock } from '../clock.ts';
import { silentLog, startField, startFrames } from '../rig.ts';
import { createModbus } from './modbus.ts';
import type { ReadRequest, Source, WriteRequest } from './source.ts';
import { describeFault } from './source.ts';

const closing: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function open(port: number, clock: Clock = systemClock): Source {
  const source = createModbus(
    { id: 'tcp', mode: 'tcp', host: '127.0.0.1', port },
    { clock, random: () => 0, log: silentLog },
  );
  closing.push(source.stop);
  return source;
}

async function field() {
  const started = await startField();
  closing.push(started.close);
  return started;
}

async function frames(...serve: Parameters<typeof startFrames>) {
  const started = await startFrames(...serve);
  closing.push(started.close);
  return started;
}

const request = (over: Partial<ReadRequest> = {}): ReadRequest => ({
  unit: 1,
  area: 'input',
  address: 10,
  count: 2,
  timeoutMs: 1000,
  ...over,
});

/** Words, or the reason in words. */
async function read(source: Source, over: Partial<ReadRequest> = {}): Promise<readonly number[] | string> {
  const result = await source.read(request(over));
  return result.kind === 'words' ? result.words : describeFault(result.fault);
}

/** That it was taken, or the reason in words. */
async function write(source: Source, over: Partial<WriteRequest> = {}): Promise<string> {
  const result = await source.write({
    unit: 1,
    area: 'holding',
    address: 10,
    value: 513,
    timeoutMs: 1000,
    ...over,
  });
  return result.kind === 'done' ? 'done' : describeFault(result.fault);
}

/** An answer to the request in `frame` with this body after the function code. */
function reply(frame: Buffer, body: readonly number[]): Buffer {
  const answer = Buffer.from([
    ...frame.subarray(0, 4),
    0,
    body.length + 2,
    frame[6] ?? 0,
    frame[7] ?? 0,
    ...body,
  ]);
  return answer;
}

test('reads coils, discrete inputs, holding and input registers', async () => {
  const { port, set } = await field();
  set('coil', 3, [1, 0, 1, 1, 0, 0, 0, 0, 1]);
  set('discrete', 0, [0, 1]);
  set('holding', 9729, [0xffff, 2]);
  set('input', 10, [7, 8]);
  const source = open(port);
  expect(await read(source, { area: 'coil', address: 3, count: 9 })).toEqual([1, 0, 1, 1, 0, 0, 0, 0, 1]);
  expect(await read(source, { area: 'discrete', address: 0, count: 2 })).toEqual([0, 1]);
  expect(await read(source, { area: 'holding', address: 9729 })).toEqual([0xffff, 2]);
  expect(await read(source)).toEqual([7, 8]);
});

test('an exception is told with its code and name', async () => {
  const { port, mode } = await field();
  const source = open(port);
  mode(1, 2);
  expect(await read(source)).toBe('exception 2 (illegal data address)');
  mode(1, 11);
  expect(await read(source)).toBe('exception 11 (gateway target device failed to respond)');
});

test('a dead unit costs its own time-out, and the next unit answers on the same line', async () => {
  const { port, mode, set } = await field();
  set('input', 10, [7, 8]);
  mode(5, 'silent');
  const source = open(port);
  expect(await read(source, { unit: 5, timeoutMs: 60 })).toBe('no answer within 60 ms');
  expect(await read(source, { unit: 6 })).toEqual([7, 8]);
});

test('the late answer to one request is not taken for the answer to the next', async () => {
  const late: Buffer[] = [];
  const { port, connections } = await frames((frame, socket) => {
    if (late.length === 0) {
      late.push(reply(frame, [4, 0, 111, 0, 111]));
      return;
    }
    socket.write(Buffer.concat([...late, reply(frame, [4, 0, 222, 0, 222])]));
  });
  const source = open(port);
  expect(await read(source, { timeoutMs: 60 })).toBe('no answer within 60 ms');
  expect(await read(source)).toEqual([222, 222]);
  expect(connections()).toBe(1);
});

test('an answer with fewer registers than were asked for says how many, and the connection stays', async () => {
  let answers = 0;
  const { port, connections } = await frames((frame, socket) => {
    answers += 1;
    socket.write(reply(frame, answers % 2 === 1 ? [2, 0, 1] : [4, 0, 1, 0, 2]));
  });
  const source = open(port);
  expect(await source.read(request())).toEqual({
    kind: 'fault',
    fault: { kind: 'short', words: 1, asked: 2, of: 'registers' },
  });
  expect(await read(source)).toEqual([1, 2]);
  expect(await read(source)).toBe('short answer: 1 registers instead of 2');
  expect(connections()).toBe(1);
});

test('bits that are too few are told as bits', async () => {
  const { port } = await frames((frame, socket) => socket.write(reply(frame, [1, 0xff])));
  expect(await read(open(port), { area: 'coil', count: 12 })).toBe('short answer: 8 bits instead of 12');
});

test.for([
  { name: 'half a register', body: [3, 0, 1, 0] },
  { name: 'no register', body: [0] },
  { name: 'more registers than were asked for', body: [6, 0, 1, 0, 2, 0, 3] },
  { name: 'a byte count that is less than its bytes', body: [2, 0, 1, 0, 2] },
  { name: 'a byte count that is more than its bytes', body: [200, 0, 1, 0, 2] },
  { name: 'nothing', body: [] },
])('an answer with $name is malformed, and the next read works', async ({ body }) => {
  let answers = 0;
  const { port } = await frames((frame, socket) => {
    answers += 1;
    socket.write(reply(frame, answers === 1 ? body : [4, 0, 1, 0, 2]));
  });
  const source = open(port);
  expect(await read(source)).toMatch(/^malformed answer: /);
  expect(await read(source)).toEqual([1, 2]);
});

test('an answer of another unit is malformed', async () => {
  const { port } = await frames((frame, socket) => {
    const answer = reply(frame, [4, 0, 1, 0, 2]);
    answer[6] = 9;
    socket.write(answer);
  });
  expect(await read(open(port))).toBe('malformed answer: unit 9 answered instead of 1');
});

test('coils and holding registers are written as the standard has it', async () => {
  const written: string[] = [];
  const { port } = await frames((frame, socket) => {
    written.push(frame.subarray(6).toString('hex'));
    socket.write(frame);
  });
  const source = open(port);
  // Modbus Application Protocol V1.1b3, 6.5 and 6.6.
  expect(await write(source)).toBe('done');
  expect(await write(source, { unit: 7, area: 'coil', address: 172, value: 1 })).toBe('done');
  expect(await write(source, { area: 'coil', value: 0 })).toBe('done');
  expect(written).toEqual(['0106000a0201', '070500acff00', '0105000a0000']);
});

test.for([
  { name: 'another value', at: 11, says: 'malformed answer: value 515 instead of 513' },
  { name: 'another address', at: 9, says: 'malformed answer: address 8 instead of 10' },
  { name: 'another function', at: 7, says: 'malformed answer: function 4 instead of 6' },
  { name: 'another unit', at: 6, says: 'malformed answer: unit 3 answered instead of 1' },
  { name: 'an exception', at: -1, says: 'exception 4 (server device failure)' },
])('a write that is answered with $name is not done', async ({ at, says }) => {
  let answers = 0;
  const { port } = await frames((frame, socket) => {
    answers += 1;
    const answer = Buffer.from(frame);
    if (answers === 1 && at >= 0) answer[at] = (answer[at] ?? 0) ^ 2;
    socket.write(answers === 1 && at < 0 ? Buffer.from([...frame.subarray(0, 5), 3, 1, 0x86, 4]) : answer);
  });
  const source = open(port);
  expect(await write(source)).toBe(says);
  expect(await write(source)).toBe('done');
});

test('the late answer to a write is not taken for the answer to the next', async () => {
  const late: Buffer[] = [];
  const { port } = await frames((frame, socket) => {
    if (late.push(frame) > 1) socket.write(Buffer.concat(late));
  });
  const source = open(port);
  expect(await write(source, { timeoutMs: 60 })).toBe('no answer within 60 ms');
  expect(await write(source)).toBe('done');
});

test('a line that cannot be reached says so, waits before it tries again, and works when the other side is there', async () => {
  const { port, close } = await startField();
  await close();
  let ticks = 0;
  const source = open(port, { ...systemClock, ticks: () => ticks });
  const refused = `cannot connect to 127.0.0.1:${port} (ECONNREFUSED)`;
  expect(await read(source)).toBe(refused);
  expect(await read(source)).toBe(refused);
  const back = await startField(port);
  closing.push(back.close);
  back.set('input', 10, [7, 8]);
  expect(await read(source)).toBe(refused);
  ticks += 500;
  expect(await read(source)).toEqual([7, 8]);
});

test('a connection that is lost ends the read at once and is opened anew for the next', async () => {
  let requests = 0;
  const { port } = await frames((frame, socket) => {
    requests += 1;
    if (requests === 1) socket.resetAndDestroy();
    else socket.write(reply(frame, [4, 0, 1, 0, 2]));
  });
  const source = open(port);
  const started = performance.now();
  expect(await read(source, { timeoutMs: 5000 })).toBe(`connection to 127.0.0.1:${port} lost (ECONNRESET)`);
  expect(performance.now() - started).toBeLessThan(1000);
  expect(await read(source)).toEqual([1, 2]);
});

test('an idle connection that the other side has closed is opened anew without a fault', async () => {
  const { port } = await frames((frame, socket) => socket.end(reply(frame, [4, 0, 1, 0, 2])));
  const source = open(port);
  expect(await read(source)).toEqual([1, 2]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await read(source)).toEqual([1, 2]);
});

test('a connection without any answer is opened anew after three time-outs', async () => {
  const { port, connections } = await frames(() => {});
  const source = open(port);
  for (let index = 0; index < 3; index++) await read(source, { timeoutMs: 50 });
  expect(connections()).toBe(1);
  await read(source, { timeoutMs: 50 });
  expect(connections()).toBe(2);
});

test('stop ends a read that is under way and closes the connection', async () => {
  let closed: Promise<unknown> = Promise.resolve();
  let asked = () => {};
  const arrived = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const { port } = await frames((_frame, socket) => {
    closed = once(socket, 'close');
    asked();
  });
  const source = open(port);
  const reading = read(source, { timeoutMs: 5000 });
  await arrived;
  const started = performance.now();
  await source.stop();
  expect(await reading).toMatch(/lost/);
  await closed;
  expect(performance.now() - started).toBeLessThan(500);
  expect(await read(source)).toBe('line is closed');
});

test('stop ends a connecting that does not come to an end', async () => {
  // A full backlog: the kernel answers no further connection.
  const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 });
  await once(server, 'listening');
  const address = server.address();
  const source = open(typeof address === 'object' && address ? address.port : 0);
  const reading = read(source);
  await source.stop();
  expect(await reading).toMatch(/line is closed|cannot connect|lost/);
  server.close();
});
