/** Commands of the centre, from the API over the broker to the registers of an instrument and back. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { EDGE, PUMP, type Rig, readOrders, STATION, startRig, writeOrders } from './support/commands-rig.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.renew());
afterAll(() => rig.close());

const level = (min: number, max: number, within_s: number) => ({
  parameter: 'water_level',
  min,
  max,
  within_s,
});

/** The polls of the sound instrument have brought a reading since. */
const readAfter = (at: number) =>
  expect
    .poll(
      async () => {
        const { body } = await rig.as('lan').get(`stations/${STATION}/latest`);
        return (body.readings as { at: number; flag: number }[]).filter(
          (one) => one.flag === 1 && one.at > at,
        ).length;
      },
      { timeout: 15_000, interval: 50 },
    )
    .toBe(1);

test('reading gives the registers as they are, and each step is in the ledger and on the audit log', async () => {
  await rig.openEdge();
  const command = await rig.outcome(readOrders({ count: 4 }));
  expect(command).toMatchObject({ state: 'done', outcome: null, values: [120, 7, 8, 9], asked_by: 'lan' });
  expect(command.sent_at).toBeLessThanOrEqual(command.taken_at ?? 0);
  const { body } = await rig.as('admin').get(`audit?action=command&limit=3`);
  const entries = body.entries as { action: string; who: string; after: { state: string } }[];
  expect(entries.map(({ action, who, after }) => [action, who, after.state])).toEqual([
    ['command.answered', EDGE, 'done'],
    ['command.answered', EDGE, 'taken'],
    ['command.asked', 'lan', 'sent'],
  ]);
});

test('a write that sticks is done, also when its effect is named and seen', async () => {
  await rig.openEdge();
  expect(await rig.outcome(writeOrders('delay', 80))).toMatchObject({ state: 'done', values: [80] });
  // 120 cm is read as 1.2 m.
  const seen = await rig.outcome(writeOrders('pump', 1, { effect: level(1, 2, 20) }));
  expect(seen).toMatchObject({ state: 'done', values: [1], outcome: 'water_level is 1.2' });
  expect(rig.field.coil(PUMP)).toBe(true);
});

test('a write that is answered and changes nothing has failed', async () => {
  await rig.openEdge();
  rig.field.stuck.add(PUMP);
  const command = await rig.outcome(writeOrders('pump', 1));
  expect(command).toMatchObject({
    state: 'failed',
    values: [0],
    outcome: 'written, and coil 0 reads 0, not 1',
  });
});

test('a write whose effect does not come in time has failed, though it was read back', async () => {
  await rig.openEdge();
  const command = await rig.outcome(writeOrders('pump', 1, { effect: level(5, 6, 1) }));
  expect(command.state).toBe('failed');
  expect(command.outcome).toMatch(
    /^written and read back, no effect seen: no water_level from 5 to 6 within 1 s$/,
  );
});

test('a command for an instrument that does not answer fails in time and harms no other', async () => {
  await rig.openEdge({ deadUnit: true });
  const command = await rig.outcome(readOrders({ station: 'tram-hai' }));
  expect(command).toMatchObject({ state: 'failed', outcome: 'no answer within 300 ms' });
  await readAfter(Date.now());
  const { lines } = (await rig.as('lan').get(`edges/${EDGE}`)).body as unknown as {
    lines: { units: { instrument: string; error: string | null }[] }[];
  };
  expect(lines[0]?.units.find(({ instrument }) => instrument === `${STATION}/module`)?.error).toBeNull();
});

test('while commands come the polls of the line go on', async () => {
  await rig.openEdge();
  const lan = rig.as('lan');
  const began = Date.now();
  const asked = await Promise.all(
    Array.from({ length: 8 }, () => lan.ask(readOrders({ address: 1, count: 3 }))),
  );
  const ended = await Promise.all(
    asked.map(({ body }) => lan.reached(body.id, ['done', 'failed', 'expired'])),
  );
  expect(ended.map(({ values }) => values)).toEqual(Array(8).fill([7, 8, 9]));
  await readAfter(began);
});

test('a rescan asks an instrument that rests at once', async () => {
  await rig.openEdge({ deadUnit: true });
  expect(await rig.outcome({ kind: 'rescan', station: 'tram-hai' })).toMatchObject({
    state: 'done',
    outcome: 'what was learned is forgotten, instruments that are looked at anew: 1',
  });
  expect(await rig.outcome({ kind: 'rescan' })).toMatchObject({ outcome: expect.stringMatching(/anew: 2$/) });
});

test('an excerpt of the log is what the edge has written last', async () => {
  await rig.openEdge();
  const command = await rig.outcome({ kind: 'log', lines: 5 });
  expect(command).toMatchObject({ state: 'done', lines: [expect.stringContaining('the first line')] });
  const { body } = await rig.as('lan').get(`edges/${EDGE}/commands`);
  expect((body.commands as object[])[0]).not.toHaveProperty('lines');
});

test('a restart is done when the edge that runs then says so', async () => {
  const asked = Promise.withResolvers<void>();
  await rig.openEdge({
    restart() {
      asked.resolve();
      return null;
    },
  });
  const lan = rig.as('lan');
  const { body } = await lan.ask({ kind: 'restart' });
  await asked.promise;
  expect((await lan.reached(body.id, ['taken'])).state).toBe('taken');
  await rig.stopEdge();
  await rig.openEdge();
  expect(await lan.reached(body.id, ['done'])).toMatchObject({ outcome: 'the edge runs anew' });
});

test('an edge as its process runs it starts itself anew, and goes on', async () => {
  await rig.openEdge({ fromFile: true });
  expect(await rig.outcome({ kind: 'restart' })).toMatchObject({
    state: 'done',
    outcome: 'the edge runs anew',
  });
  expect(await rig.outcome(readOrders())).toMatchObject({ state: 'done', values: [120] });
});

test('a restart that would leave no edge is not begun', async () => {
  await rig.openEdge({ restart: () => 'edge.yaml:3: lines: there are none' });
  expect(await rig.outcome({ kind: 'restart' })).toMatchObject({
    state: 'failed',
    outcome: 'the edge goes on as it was: edge.yaml:3: lines: there are none',
  });
});

test('an edge that cannot start itself anew refuses to be ended', async () => {
  await rig.openEdge();
  expect(await rig.outcome({ kind: 'restart' })).toMatchObject({ state: 'refused', taken_at: null });
});

test('an edge that is away gets nothing, and nothing waits for it', async () => {
  await rig.openEdge();
  await rig.stopEdge();
  const { status, body } = await rig.as('lan').ask(writeOrders('pump', 1));
  expect([status, body.detail]).toEqual([409, expect.stringContaining('is away')]);
  await rig.openEdge();
  expect(await rig.outcome(readOrders())).toMatchObject({ state: 'done' });
  expect(rig.field.written).toEqual([]);
});

test('how an edge is: machine, versions, lines and instruments, and a first row of its history', async () => {
  await rig.openEdge();
  await expect
    .poll(async () => (await rig.as('lan').get(`edges/${EDGE}`)).body.disk_free_mb, { timeout: 15_000 })
    .toBeGreaterThan(0);
  const { body } = await rig.as('lan').get(`edges/${EDGE}`);
  expect(body).toMatchObject({
    name: EDGE,
    online: true,
    units: 2,
    clock_trusted: expect.any(Boolean),
    versions: { node: process.version, quantrac: expect.any(String) },
    system: { memory: { process_mb: expect.any(Number) }, cores: expect.any(Number) },
    instruments: [{ station: STATION, instruments: [{ id: 'module', profile: 'bench-module' }] }, {}],
  });
  const { body: history } = await rig.as('lan').get(`edges/${EDGE}/health`);
  expect(history).toMatchObject({
    edge: EDGE,
    cut: false,
    points: [{ at: expect.any(Number), units: expect.any(Number) }],
  });
});
