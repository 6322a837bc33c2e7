/** Node-RED's editor asks the running gateway who may: the same table as everything else. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGatewayLogin } from '../../flows/gateway-login.ts';
import { addUser } from '../../gateway/admin.ts';
import { SEEN_AREA, startRig } from './access-rig.ts';

const HERE = ['127.0.0.2'];
let rig: Awaited<ReturnType<typeof startRig>>;
beforeAll(async () => {
  rig = await startRig();
}, 60_000);
afterAll(() => rig.stop());

test('admins get into the editor with their own password, and are out when the gateway says so', async () => {
  let now = 0;
  const login = createGatewayLogin(rig.base, () => now);
  const enter = async (name: string, role: string, areas: readonly string[] | null) =>
    login.enter(name, await addUser(rig.accounts, name, role, areas), HERE);
  // The last admin could not be made anything else.
  await addUser(rig.accounts, 'giam-doc', 'admin');
  const quan = await enter('quan', 'admin', null);
  if (quan.kind !== 'in') throw new Error(quan.kind);
  expect(await enter('ky-thuat', 'technician', null)).toEqual({ kind: 'refused' });
  expect(await enter('lan', 'operator', [SEEN_AREA])).toEqual({ kind: 'refused' });
  expect(await login.enter('quan', 'wrong password of quan', HERE)).toEqual({ kind: 'refused' });
  expect(rig.accounts.sessions('ky-thuat', null)).toEqual([]);

  now += 10_000;
  expect(await quan.session.mayStill()).toBe(true);
  await rig.accounts.changeUser('quan', { role: 'technician' });
  now += 10_000;
  expect(await quan.session.mayStill()).toBe(false);
});

test('an API token, even of an admin, opens no editor', async () => {
  await addUser(rig.accounts, 'may', 'admin');
  const { token } = rig.accounts.issueToken('may', { label: 'x', days: 1 });
  const { status } = await fetch(`${rig.base}/api/v1/editor`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(status).toBe(403);
});
