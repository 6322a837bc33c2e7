import { expect, test } from 'vitest';
import { createAdminAuth } from './editor-login.ts';

test('the right name with the right password is let in, and nobody else', async () => {
  const auth = await createAdminAuth({ username: 'admin', password: 'rừng xanh 2026' });
  expect(await auth.authenticate('admin', 'rừng xanh 2026')).toEqual({ username: 'admin', permissions: '*' });
  expect(await auth.authenticate('admin', 'rừng xanh 2025')).toBeNull();
  expect(await auth.authenticate('root', 'rừng xanh 2026')).toBeNull();
  expect(await auth.authenticate('admin', '')).toBeNull();
  expect(await auth.authenticate('admin', undefined)).toBeNull();
  expect(await auth.authenticate('admin', { $ne: '' })).toBeNull();
  expect(await auth.users('admin')).not.toBeNull();
  expect(await auth.users('root')).toBeNull();
});

test('what Node-RED holds does not contain the password', async () => {
  const auth = await createAdminAuth({ username: 'admin', password: 'rừng xanh 2026' });
  expect(JSON.stringify(auth)).not.toContain('rừng');
});
