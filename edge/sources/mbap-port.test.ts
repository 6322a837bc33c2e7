import { afterEach, expect, test } from 'vitest';
import { seededBelow } from '../../devices/simulator/random.ts';
import { systemClock } from '../clock.ts';
import { read, silentLog, startFrames } from '../rig.ts';
import { MbapPort } from './mbap-port.ts';
import { createModbus } from './modbus.ts';
import type { Ending } from './port.ts';

const closing: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function server(serve: (request: Buffer, count: number) => Buffer) {
  let count = 0;
  const started = await startFrames((request, socket) => {
    count += 1;
    socket.write(serve(request, count));
  });
  const source = createModbus(
    { id: 'tcp', mode: 'tcp', host: '127.0.0.1', port: started.port },
    { clock: systemClock, random: () => 0, log: silentLog },
  );
  closing.push(started.close, source.stop);
  return source;
}

const answer = (request: Buffer): Buffer =>
  Buffer.from([...request.subarray(0, 4), 0, 7, request[6] ?? 0, request[7] ?? 0, 4, 0, 7, 0, 8]);

test.for([
  { fault: 'a length of 60 kB', header: [0, 0, 0xea, 0x60], says: 'malformed answer: a length of 60000' },
  { fault: 'no length', header: [0, 0, 0, 0], says: 'malformed answer: a length of 0' },
  {
    fault: 'another protocol',
    header: [0x48, 0x54, 0, 7],
    says: 'malformed answer: protocol 18516 instead of 0',
  },
])('a header with $fault ends the read at once, and the next one works', async ({ header, says }) => {
  const source = await server((request, count) =>
    count > 1 ? answer(request) : Buffer.from([...request.subarray(0, 2), ...header, 1, 4, 4, 0, 0, 0, 0]),
  );
  const started = performance.now();
  expect(await read(source, { timeoutMs: 5000 })).toBe(says);
  expect(performance.now() - started).toBeLessThan(1000);
  expect(await read(source)).toEqual([7, 8]);
});

test('a cut answer is told at the time-out, and what is left of it does not spoil the next', async () => {
  const source = await server((request, count) =>
    count > 1 ? answer(request) : answer(request).subarray(0, 9),
  );
  expect(await read(source, { timeoutMs: 60 })).toBe('malformed answer: 9 bytes that are no whole answer');
  expect(await read(source)).toEqual([7, 8]);
});

test('rubbish after an answer is one error, and the read after it works', async () => {
  const source = await server((request, count) =>
    count > 1 ? answer(request) : Buffer.concat([answer(request), Buffer.from('HTTP/1.1 400')]),
  );
  expect(await read(source)).toEqual([7, 8]);
  expect(await read(source)).toMatch(/^malformed answer: protocol /);
  expect(await read(source)).toEqual([7, 8]);
});

test('hundreds of answers of random bytes are hundreds of errors, and the line stays of use', async () => {
  const next = seededBelow(4);
  const source = await server((request, count) =>
    count % 2 === 0 ? answer(request) : Buffer.from(Array.from({ length: 6 + next(60) }, () => next(256))),
  );
  for (let round = 0; round < 300; round++) {
    expect(await read(source, { timeoutMs: 200 })).toMatch(/^(malformed answer: |no answer)/);
    expect(await read(source)).toEqual([7, 8]);
  }
});

/** Unit 17, function 4, two registers from 10. */
const COMMAND = { unit: 17, code: 4, address: 10, value: 2 };

test('10,000 times random bytes in random pieces end a request once at most, and give no answer that is out of bounds', () => {
  const next = seededBelow(5);
  let answers = 0;
  for (let round = 0; round < 10_000; round++) {
    const port = new MbapPort(() => {});
    const endings: Ending[] = [];
    port.ask(COMMAND, 5000, (ending) =>
      endings.push(ending.kind === 'answer' ? { ...ending, answer: Buffer.from(ending.answer) } : ending),
    );
    // Every second time the header is right, but for its length.
    if (round % 2 === 0) port.take(Buffer.from([0, 1, 0, 0, 0, next(30)]));
    for (let piece = 0; piece < 3; piece++)
      port.take(Buffer.from(Array.from({ length: 1 + next(12) }, () => next(256))));
    port.close();
    expect(endings.length).toBeLessThanOrEqual(1);
    const [ending] = endings;
    if (ending?.kind !== 'answer') continue;
    answers += 1;
    expect(ending.answer.length).toBeGreaterThanOrEqual(3);
    expect(ending.answer.length).toBeLessThanOrEqual(254);
  }
  expect(answers).toBeGreaterThan(0);
});

test('a request goes out as the standard has it, each with a transaction of its own', () => {
  const sent: Buffer[] = [];
  const port = new MbapPort((bytes) => sent.push(bytes));
  // Modbus Messaging on TCP/IP V1.0b, 3.1.3: transaction, protocol 0, length 6, unit, function, address, count.
  port.ask(COMMAND, 1000, () => {});
  port.close();
  port.ask({ ...COMMAND, code: 6, value: 513 }, 1000, () => {});
  port.close();
  expect(Buffer.concat(sent).toString('hex')).toBe('0001000000061104000a00020002000000061106000a0201');
});

test('an answer is found in pieces of one byte, behind a late one, and once only', () => {
  const sent: Buffer[] = [];
  const port = new MbapPort((bytes) => sent.push(bytes));
  port.ask(COMMAND, 1000, () => {});
  port.close();
  const endings: string[] = [];
  port.ask(COMMAND, 1000, (ending) =>
    endings.push(ending.kind === 'answer' ? ending.answer.toString('hex') : ending.fault.kind),
  );
  const [late, own] = sent.map(answer) as [Buffer, Buffer];
  // The source hands over the same memory each time.
  const piece = Buffer.alloc(1);
  for (const byte of Buffer.concat([late, own, own])) {
    piece[0] = byte;
    port.take(piece);
  }
  expect(endings).toEqual(['11040400070008']);
});
