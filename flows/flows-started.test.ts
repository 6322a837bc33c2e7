import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { flowsStarted } from './flows-started.ts';

function watch() {
  const events = new EventEmitter();
  const told: boolean[] = [];
  const lines: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line) => lines.push(JSON.parse(line)) });
  const started = flowsStarted(events, { setRunning: (running) => told.push(running) }, log);
  return { events, told, lines, started };
}

test('the heartbeat follows the flows through start, deploy and stop', async () => {
  const { events, told, started } = watch();
  events.emit('runtime-event', { id: 'runtime-state', retain: true });
  events.emit('flows:started', {});
  await started;
  events.emit('flows:stopped', {});
  events.emit('flows:started', {});
  events.emit('flows:stopped', {});
  expect(told).toEqual([true, false, true, false]);
});

test('flows that will not start are told with the reason and do not keep the editor from opening', async () => {
  const { events, told, lines, started } = watch();
  const payload = { state: 'stop', error: 'missing-types', types: ['some-node'] };
  events.emit('runtime-event', { id: 'runtime-state', payload });
  await started;
  expect(told).toEqual([false]);
  expect(lines).toMatchObject([{ msg: 'no flow runs', reason: 'missing-types', types: ['some-node'] }]);
});
