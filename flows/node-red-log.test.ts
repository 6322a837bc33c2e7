import { pino } from 'pino';
import { expect, test } from 'vitest';
import { logNodeRed, type NodeRedRecord } from './node-red-log.ts';

function logged(record: NodeRedRecord): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: 'info', base: null, timestamp: false },
    { write: (line) => lines.push(JSON.parse(line)) },
  );
  logNodeRed(log)(record);
  return lines;
}

test('a node that fails is an error with its id, type and name', () => {
  const record = { level: 20, id: 'n1', type: 'function', name: 'mine', msg: new Error('x is not defined') };
  expect(logged(record)).toMatchObject([
    { level: 50, node: { id: 'n1', type: 'function', name: 'mine' }, err: { message: 'x is not defined' } },
  ]);
});

test('what the runtime tells at every start is not shown, its real warnings are', () => {
  expect(logged({ level: 40, msg: '\n\nWelcome to Node-RED\n' })).toEqual([]);
  expect(logged({ level: 30, msg: 'Projects disabled : editorTheme.projects.enabled=false' })).toEqual([]);
  expect(logged({ level: 30, msg: '[quantrac-nodes/limit] Error: broken' })).toMatchObject([{ level: 40 }]);
});

test('logins and changes of rules are shown with who did it, other requests are not', () => {
  const user = { username: 'admin' };
  expect(logged({ level: 98, event: 'auth.login', username: 'admin', ip: '10.0.0.9' })).toMatchObject([
    { level: 30, event: 'auth.login', user: 'admin', ip: '10.0.0.9' },
  ]);
  expect(logged({ level: 98, event: 'auth.login.fail.credentials', username: 'eve' })).toMatchObject([
    { level: 40, user: 'eve' },
  ]);
  expect(logged({ level: 98, event: 'flows.set', user })).toMatchObject([
    { event: 'flows.set', user: 'admin' },
  ]);
  expect(logged({ level: 98, event: 'flows.get', user })).toEqual([]);
});
