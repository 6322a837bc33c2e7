import { afterEach, expect, test } from 'vitest';
import { type Profile, profileSchema } from '../../devices/profile.ts';
import { systemClock } from '../clock.ts';
import { startFrames } from '../rig.ts';
import { exceptionFault, type ReadRequest, type ReadResult } from '../sources/source.ts';
import { forbiddenUnits, identify } from './identity.ts';
import { openSource } from './open.ts';
import { type ScanOptions, scan } from './scan.ts';

const words = (...list: number[]): ReadResult => ({ kind: 'words', words: list });
const silent: ReadResult = { kind: 'fault', fault: { kind: 'no-answer', timeoutMs: 10 } };
const exception = (code: number): ReadResult => ({ kind: 'fault', fault: exceptionFault(code) });

const profile = (id: string, more: object): Profile =>
  profileSchema.parse({
    id,
    maker: 'Maker',
    models: [id.toUpperCase()],
    revision: 1,
    status: 'documentation',
    sources: ['a manual'],
    address_base: 'zero',
    link: { unit: 1 },
    points: [{ parameter: 'air_temperature', area: 'input', address: 0, type: 'int16', unit: 'Cel' }],
    examples: [{ title: 'none', registers: {}, readings: {} }],
    ...more,
  });

type Answers = Readonly<Record<number, ReadResult>>;

/** Scans a line on which these units are, at one of the settings. */
function scanOf(answers: Answers, more: Partial<ScanOptions> & { at?: string } = {}) {
  const asked: ReadRequest[] = [];
  const opened: (string | null)[] = [];
  const slept: number[] = [];
  let open = 0;
  const result = scan({
    settings: [null],
    units: [1, 2, 3, 4, 5],
    request: { area: 'input', address: 0, count: 1 },
    timeoutMs: 10,
    pauseMs: 50,
    forbidden: new Map(),
    recognise: () => null,
    identify: async () => [],
    clock: { ...systemClock, sleep: async (ms) => void slept.push(ms) },
    signal: new AbortController().signal,
    open: (settings) => {
      opened.push(settings);
      open += 1;
      return {
        read: async (request) => {
          asked.push(request);
          return more.at === undefined || more.at === settings ? (answers[request.unit] ?? silent) : silent;
        },
        close: async () => {
          open -= 1;
        },
      };
    },
    ...more,
  });
  return { result, asked, opened, slept, stillOpen: () => open };
}

test('each unit gets one request and the line a pause after it', async () => {
  const { result, asked, slept, stillOpen } = scanOf({ 2: words(7), 4: exception(2) });
  expect((await result).found).toEqual([
    { unit: 2, settings: null, answer: '0007', profiles: [] },
    { unit: 4, settings: null, answer: 'exception 2 (illegal data address)', profiles: [] },
  ]);
  expect(asked.map(({ unit }) => unit)).toEqual([1, 2, 3, 4, 5]);
  expect(slept).toEqual([50, 50, 50, 50, 50]);
  expect(stillOpen()).toBe(0);
});

test('a gateway that says nobody answered is not taken for a unit', async () => {
  const { result } = scanOf({ 1: exception(10), 2: exception(11), 3: exception(4) });
  expect((await result).found.map(({ unit }) => unit)).toEqual([3]);
});

test('every serial setting is tried, and who was found is not asked again at the next', async () => {
  const settings = ['9600 8N1', '4800 8N1', '19200 8E1'];
  const { result, asked, opened } = scanOf({ 3: words(1) }, { settings, at: '4800 8N1' });
  expect((await result).found).toMatchObject([{ unit: 3, settings: '4800 8N1' }]);
  expect(opened).toEqual(settings);
  expect(asked.filter(({ unit }) => unit === 3).length).toBe(2);
  expect(asked.filter(({ unit }) => unit === 2).length).toBe(3);
});

test('where a forbidden device may stand and something answers, the scan stops at once', async () => {
  const detector = profile('detector', { scan: 'forbidden', link: { unit: 3 } });
  const { result, asked, stillOpen } = scanOf(
    { 1: words(1), 3: words(0x3800), 4: words(1) },
    { forbidden: forbiddenUnits([detector]), identify: async () => ['other'] },
  );
  expect(await result).toMatchObject({
    found: [{ unit: 1 }, { unit: 3, profiles: ['detector'] }],
    stopped: 'unit 3 may be Maker DETECTOR, which must not be scanned',
  });
  expect(asked.map(({ unit }) => unit)).toEqual([1, 2, 3]);
  expect(stillOpen()).toBe(0);
});

test('a forbidden device with another unit id is recognised by its first answer', async () => {
  const detector = profile('detector', { scan: 'forbidden', link: { unit: 247 } });
  const { result, asked } = scanOf(
    { 2: words(0x3800), 4: words(1) },
    { recognise: ([word]) => (word === 0x3800 ? detector : null) },
  );
  expect((await result).stopped).toMatch(/^unit 2 may be Maker DETECTOR/);
  expect(asked.map(({ unit }) => unit)).toEqual([1, 2]);
});

test('a line that is down ends the scan with its reason', async () => {
  const down: ReadResult = { kind: 'fault', fault: { kind: 'link', detail: 'cannot connect to x' } };
  const { result, asked } = scanOf({ 1: down });
  expect(await result).toMatchObject({ found: [], stopped: 'cannot connect to x' });
  expect(asked.length).toBe(1);
});

const printed = (id: string, unit: number, address: number, more: object) =>
  profile(id, { link: { unit }, fingerprint: [{ area: 'input', address, type: 'uint16', ...more }] });

test('a unit is told by its fingerprint, models with its factory unit first', async () => {
  const asked: number[] = [];
  const ask = async ({ address }: { address: number }): Promise<ReadResult> => {
    asked.push(address);
    return address === 9 ? words(0x1296) : exception(2);
  };
  const models = [
    printed('a', 1, 5, { expect: [1] }),
    printed('b', 7, 9, { expect: [0x0296], mask: 0x0fff }),
    printed('c', 1, 9, { expect: [0x0296] }),
  ];
  expect(await identify(7, models, ask)).toEqual(['b']);
  expect(asked).toEqual([9]);
  expect(await identify(1, models, ask)).toEqual(['b']);
  // The same register is not asked for twice.
  expect(asked).toEqual([9, 5, 9]);
});

test('a unit that is silent on three fingerprints is left alone, and forbidden models are never asked for', async () => {
  let asked = 0;
  const models = [1, 2, 3, 4, 5].map((address) => printed(`m${address}`, 1, address, { expect: [1] }));
  expect(
    await identify(1, models, async () => {
      asked += 1;
      return silent;
    }),
  ).toEqual([]);
  expect(asked).toBe(3);
  const forbidden = { ...printed('f', 1, 1, { expect: [1] }), scan: 'forbidden' as const };
  await identify(1, [forbidden], async () => {
    throw new Error('asked');
  });
});

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

test('nothing but reads goes over a real line', async () => {
  const functions: number[] = [];
  const server = await startFrames((frame, socket) => {
    functions.push(frame[7] ?? 0);
    const unit = frame[6] ?? 0;
    // Units 1 and 3 refuse, the others are silent.
    if (unit % 2 === 1) socket.write(Buffer.from([frame[0] ?? 0, frame[1] ?? 0, 0, 0, 0, 3, unit, 0x84, 2]));
  });
  cleanups.push(server.close);
  const { result } = scanOf(
    {},
    {
      units: [1, 2, 3],
      timeoutMs: 400,
      open: () => {
        const line = { id: 'line', mode: 'tcp' as const, host: '127.0.0.1', port: server.port };
        const source = openSource(line, systemClock);
        return { read: (request) => source.read(request), close: () => source.stop() };
      },
    },
  );
  expect((await result).found.map(({ unit }) => unit)).toEqual([1, 3]);
  expect(functions).toEqual([4, 4, 4]);
});
