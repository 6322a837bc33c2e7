/** The one login of the settings, what Node-RED gets of it, and whom its limit keeps waiting. */
import { expect, test } from 'vitest';
import { createLogger } from '../devices/kit/log.ts';
import type { EditorSession } from './editor-entry.ts';
import { openEditor } from './editor-login.ts';
import { createEditorSessions } from './editor-sessions.ts';
import { createSettingsLogin } from './settings-login.ts';

const LOGIN = { username: 'admin', password: 'rừng xanh 2026' };
const HERE = ['10.0.0.9'];

test('the right name with the right password is let in, and nobody else', async () => {
  const login = await createSettingsLogin(LOGIN, Date.now);
  expect(await login.enter('admin', 'rừng xanh 2026', HERE)).toMatchObject({
    kind: 'in',
    session: { username: 'admin' },
  });
  expect(await login.enter('admin', 'rừng xanh 2025', HERE)).toEqual({ kind: 'refused' });
  expect(await login.enter('root', 'rừng xanh 2026', HERE)).toEqual({ kind: 'refused' });
  expect(await login.enter('admin', '', HERE)).toEqual({ kind: 'refused' });
});

test('who guesses has to wait, and who comes from elsewhere has not', async () => {
  let now = 0;
  const login = await createSettingsLogin(LOGIN, () => now);
  const tries = Array.from({ length: 20 }, () =>
    login.enter('admin', 'a guess', ['203.0.113.9', '127.0.0.1']),
  );
  const kinds = (await Promise.all(tries)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'refused')).toHaveLength(5);
  expect(await login.enter('admin', LOGIN.password, ['203.0.113.9', '127.0.0.1'])).toEqual({
    kind: 'wait',
    seconds: 10,
  });
  expect((await login.enter('admin', LOGIN.password, ['203.0.113.10', '127.0.0.1'])).kind).toBe('in');
  now = 10_000;
  expect((await login.enter('admin', LOGIN.password, ['203.0.113.9', '127.0.0.1'])).kind).toBe('in');
});

test("what Node-RED holds does not contain the password, and its own login and last version's sessions let nobody in", async () => {
  const { adminAuth } = await openEditor(LOGIN, createLogger('flows', 'silent'), Date.now);
  expect(JSON.stringify(adminAuth)).not.toContain('rừng');
  expect(await adminAuth.authenticate('admin', LOGIN.password)).toBeNull();
  expect(await adminAuth.users('admin')).toBeNull();
  for (const wrong of [undefined, null, 5, {}, '', 'admin', '__proto__'])
    expect(await adminAuth.tokens(wrong)).toBeNull();
});

const session = (username: string, over: string[], may = () => true): EditorSession => ({
  username,
  mayStill: async () => may(),
  end: async () => void over.push(username),
});

test('a session ends with its shift, with a logout, and with the right to it', async () => {
  let [now, may] = [0, true];
  const over: string[] = [];
  const sessions = createEditorSessions(() => now);
  const [first, second] = [sessions.begin(session('an', over)), sessions.begin(session('bình', over))];
  const third = sessions.begin(session('chi', over, () => may));
  expect((await sessions.find(first))?.username).toBe('an');
  await sessions.end(first);
  expect(await sessions.find(first)).toBeNull();
  expect((await sessions.find(third))?.username).toBe('chi');
  may = false;
  expect(await sessions.find(third)).toBeNull();
  may = true;
  expect(await sessions.find(third)).toBeNull();
  now = 12 * 3600_000 - 1;
  expect((await sessions.find(second))?.username).toBe('bình');
  now++;
  expect(await sessions.find(second)).toBeNull();
  expect(over).toEqual(['an', 'chi', 'bình']);
});

test('of more than 50 sessions the oldest ends', async () => {
  const over: string[] = [];
  const sessions = createEditorSessions(() => 0);
  const tokens = Array.from({ length: 51 }, (_, n) => sessions.begin(session(`person ${n}`, over)));
  expect(over).toEqual(['person 0']);
  expect(await sessions.find(tokens[0] ?? '')).toBeNull();
  expect(await sessions.find(tokens[1] ?? '')).not.toBeNull();
});
