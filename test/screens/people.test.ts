/** Users, tokens, machine accounts and the own profile, as an admin and everybody else use them. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { OwnDuty } from '../../devices/wire/notify.ts';
import type { User } from '../../devices/wire/users.ts';
import { axe, openBrowser, problemsOf, type ScreensBrowser } from './browser.ts';
import { type Field, startField } from './field.ts';
import { PASSWORD } from './field-gateway.ts';
import { AREAS } from './field-stations.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 240_000 });

let browser: ScreensBrowser;
let field: Field;
const pages: Page[] = [];
beforeAll(async () => {
  [browser, field] = await Promise.all([openBrowser(), startField({ days: 2 })]);
});
afterAll(async () => {
  await browser?.close();
  await field?.stop();
});
afterEach(async () => {
  for (const page of pages.splice(0)) await page.close();
});

const kept = (page: Page): Page => {
  pages.push(page);
  return page;
};
const asUser = async (user: Parameters<Field['login']>[0], path: string): Promise<Page> =>
  kept(await browser.loggedIn(field, user, { path: `/#/${path}` }));

async function logIn(name: string, password: string): Promise<Page> {
  const page = kept(await browser.open(`${field.url}/#/profile`));
  await page.getByLabel('Tên đăng nhập').fill(name);
  await page.getByLabel('Mật khẩu').fill(password);
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  return page;
}

/** Who is not logged in yet is told so by a 401, which browsers write into their console. */
const afterLogin = (page: Page): string[] => problemsOf(page).filter((problem) => !problem.includes('401'));

/** The secret that is told once in an open dialog. */
const secretIn = (dialog: Locator): Promise<string> => dialog.locator('.secret').inputValue();

const userOf = async (name: string): Promise<User | undefined> =>
  (await field.call<{ users: User[] }>('users')).users.find((user) => user.name === name);

/** Status of a call with a bearer token. */
const statusWith = async (token: string, path: string): Promise<number> =>
  (await fetch(`${field.url}/api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } })).status;

describe('users', () => {
  test('an admin adds a user with a password that is shown once; the user logs in and sees the given area only', async () => {
    const page = await asUser('admin', 'users');
    await page.getByRole('button', { name: 'Thêm người dùng' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Tên đăng nhập').fill('Trần.Bình');
    await dialog.getByLabel('Vai trò').selectOption('operator');
    await dialog.getByLabel('Mọi khu vực').uncheck();
    await dialog.getByText('Hãy chọn ít nhất một khu vực.').waitFor();
    await dialog.getByLabel('Hội An – Điện Bàn').check();
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Thêm người dùng' }).click();
    await dialog.getByText('Chỉ hiện một lần').waitFor();
    const password = await secretIn(dialog);
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Đã cất' }).click();
    await page.getByRole('link', { name: 'Trần.Bình' }).waitFor();
    expect(await page.locator('body').innerText()).not.toContain(password);
    expect(await userOf('Trần.Bình')).toMatchObject({ role: 'operator', areas: [AREAS.hoiAn.vi] });
    expect(problemsOf(page)).toEqual([]);

    const own = await logIn('Trần.Bình', password);
    await own.getByText('Hội An – Điện Bàn').waitFor();
    await own.goto(`${field.url}/#/overview`);
    await own.getByText('Phố cổ Hội An').first().waitFor();
    expect(await own.getByText('Chốt Hòa Phú').count()).toBe(0);
    expect(afterLogin(own)).toEqual([]);
  });

  test('the form says what the gateway would refuse before it is sent', async () => {
    const page = await asUser('admin', 'users');
    await page.getByRole('button', { name: 'Thêm người dùng' }).click();
    const dialog = page.getByRole('dialog');
    const name = dialog.getByLabel('Tên đăng nhập');
    await name.fill('<img src=x onerror=alert(1)>');
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    await dialog.getByRole('button', { name: 'Tự đặt' }).click();
    const password = dialog.getByLabel('Mật khẩu mới');
    await password.fill('ngắn quá');
    await dialog.getByText('Cần ít nhất 12 ký tự.').waitFor();
    await dialog.getByRole('button', { name: 'Thêm người dùng' }).click();
    await name.fill('viewer');
    await password.fill('mat-khau-du-dai-cho-thu-nghiem');
    await dialog.getByRole('button', { name: 'Thêm người dùng' }).click();
    await dialog.getByText('Tên đăng nhập này đã có người dùng.').waitFor();
    await name.fill('nguoi-moi');
    await password.fill('quantracmoitruong1');
    await dialog.getByRole('button', { name: 'Thêm người dùng' }).click();
    await dialog.getByText('mật khẩu quá dễ đoán').waitFor();
    expect(await userOf('nguoi-moi')).toBeUndefined();
  });

  test('role and areas are changed at once; a password is reset and ends the sessions', async () => {
    await field.call('users', {
      body: { name: 'chi.hoa', role: 'viewer', areas: null, password: PASSWORD },
      as: 'admin',
    });
    const own = await logIn('chi.hoa', PASSWORD);
    await own.getByRole('heading', { name: 'Hồ sơ của tôi' }).waitFor();

    const page = await asUser('admin', 'users/people/chi.hoa');
    await page.getByLabel('Vai trò').selectOption('technician');
    await page.getByLabel('Mọi khu vực').uncheck();
    await page.getByLabel('Hòa Vang').check();
    await page.getByRole('button', { name: 'Lưu' }).click();
    await vi.waitFor(async () =>
      expect(await userOf('chi.hoa')).toMatchObject({ role: 'technician', areas: [AREAS.hoaVang.vi] }),
    );
    expect(await axe(page)).toEqual([]);

    await page.getByRole('button', { name: 'Đặt mật khẩu mới' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Đặt mật khẩu mới' }).click();
    await dialog.getByText('Chỉ hiện một lần').waitFor();
    const password = await secretIn(dialog);
    await own.getByRole('button', { name: 'Đăng nhập' }).waitFor({ timeout: 30_000 });
    const again = await logIn('chi.hoa', password);
    await again.locator('.user-facts', { hasText: 'Kỹ thuật viên' }).waitFor();
    expect(problemsOf(page)).toEqual([]);
  });

  test('a user goes only when the name was typed; the last admin stays', async () => {
    await field.call('users', {
      body: { name: 'tam.thoi', role: 'viewer', password: PASSWORD },
      as: 'admin',
    });
    const page = await asUser('admin', 'users/people/tam.thoi');
    await page.getByRole('button', { name: 'Xóa người dùng' }).click();
    const dialog = page.getByRole('dialog');
    const remove = dialog.getByRole('button', { name: 'Xóa người dùng' });
    expect(await remove.isDisabled()).toBe(true);
    await dialog.getByLabel('để xác nhận').fill('tam.tho');
    expect(await remove.isDisabled()).toBe(true);
    await dialog.getByLabel('để xác nhận').fill('tam.thoi');
    await remove.click();
    await page.getByRole('heading', { name: 'Người dùng', exact: true }).first().waitFor();
    await vi.waitFor(async () => expect(await userOf('tam.thoi')).toBeUndefined());

    await page.goto(`${field.url}/#/users/people/admin`);
    await page.getByRole('button', { name: 'Xóa người dùng' }).click();
    await dialog.getByLabel('để xác nhận').fill('admin');
    await dialog.getByRole('button', { name: 'Xóa người dùng' }).click();
    await dialog.getByText('quản trị viên cuối cùng').waitFor();
  });

  test.each(['users', 'users/tokens', 'users/devices', 'users/people/ranger'])(
    "a viewer's link to %s says that it is not for this account",
    async (path) => {
      const page = await asUser('viewer', path);
      await page.getByText('Tài khoản này không được xem phần này').waitFor();
      expect(await axe(page)).toEqual([]);
      expect(problemsOf(page)).toEqual([]);
    },
  );

  test('a link to a user or a tab that is not there says so', async () => {
    const page = await asUser('admin', 'users/people/nobody.here');
    await page.getByText('Liên kết này không dẫn đến đâu').waitFor();
    await page.goto(`${field.url}/#/users/nothing`);
    await page.getByText('Liên kết này không dẫn đến đâu').waitFor();
  });

  test.each(['users', 'users/tokens', 'users/devices'])('%s has no fault that axe finds', async (path) => {
    const page = await asUser('admin', path);
    await page.locator('.table, .notice').first().waitFor();
    expect(await axe(page)).toEqual([]);
    expect(problemsOf(page)).toEqual([]);
  });
});

describe('machine accounts and tokens', () => {
  test("a machine account's password is shown once, and the account goes when its name was typed", async () => {
    const page = await asUser('admin', 'users/devices');
    await page.getByRole('button', { name: 'Thêm tài khoản máy' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Tên tài khoản').fill('hop-moi');
    await dialog.getByRole('button', { name: 'Thêm tài khoản máy' }).click();
    await dialog.getByText('Chỉ hiện một lần').waitFor();
    expect((await secretIn(dialog)).length).toBeGreaterThan(30);
    await dialog.getByRole('button', { name: 'Đã cất' }).click();
    await page.getByRole('button', { name: 'Xóa hop-moi' }).click();
    await dialog.getByLabel('để xác nhận').fill('hop-moi');
    await dialog.getByRole('button', { name: 'Xóa tài khoản' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('hop-moi').waitFor({ state: 'detached' });
    expect(problemsOf(page)).toEqual([]);
  });

  test('a token is shown once, works within its scope, is on the list of the admin, and ends when it is revoked', async () => {
    const label = 'Bảng điện <b>tử</b> phường';
    const page = await asUser('operator', 'profile');
    await page.getByRole('button', { name: 'Tạo mã API' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Dùng để làm gì').fill(label);
    await dialog.getByLabel('Hết hạn sau').fill('400');
    expect(await dialog.getByLabel('Hết hạn sau').getAttribute('aria-invalid')).toBe('true');
    await dialog.getByLabel('Hết hạn sau').fill('30');
    await dialog.getByRole('button', { name: 'Tạo mã', exact: true }).click();
    await dialog.getByText('Chỉ hiện một lần').waitFor();
    const token = await secretIn(dialog);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await dialog.getByRole('button', { name: 'Sao chép' }).click();
    await dialog.getByText('Đã sao chép.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Đã cất' }).click();
    await page.getByRole('rowheader', { name: label }).waitFor();
    expect(await page.content()).not.toContain(token);
    expect(await statusWith(token, 'stations')).toBe(200);
    // It is a viewer's, though an operator issued it.
    expect(await statusWith(token, 'audit')).toBe(403);

    const admin = await asUser('admin', 'users/tokens');
    await admin.getByRole('row', { name: label }).getByRole('button', { name: 'Thu hồi' }).click();
    await admin.getByRole('dialog').getByRole('button', { name: 'Thu hồi' }).click();
    await admin.getByRole('rowheader', { name: label }).waitFor({ state: 'detached' });
    expect(await statusWith(token, 'stations')).toBe(401);
    expect(problemsOf(page)).toEqual([]);
    expect(problemsOf(admin)).toEqual([]);
  });
});

describe('the own profile', () => {
  test('the own password is changed: the old one must be right, other sessions end, this one stays', async () => {
    await field.call('users', { body: { name: 'anh.tu', role: 'viewer', password: PASSWORD }, as: 'admin' });
    const other = await logIn('anh.tu', PASSWORD);
    await other.getByRole('heading', { name: 'Hồ sơ của tôi' }).waitFor();
    const page = await logIn('anh.tu', PASSWORD);
    const form = page.locator('form', { hasText: 'Mật khẩu hiện tại' });
    const fill = async (old: string, wanted: string): Promise<void> => {
      await form.getByLabel('Mật khẩu hiện tại').fill(old);
      await form.getByLabel('Mật khẩu mới', { exact: true }).fill(wanted);
      await form.getByLabel('Nhập lại mật khẩu mới').fill(wanted);
      await form.getByRole('button', { name: 'Đổi mật khẩu' }).click();
    };
    const wanted = 'con-trau-dam-vung-nuoc-trong';
    await fill('khong-phai-mat-khau-cu', wanted);
    await form.getByText('mật khẩu hiện tại không đúng').waitFor();
    await fill(PASSWORD, 'quantracmoitruong1');
    await form.getByText('quá dễ đoán').waitFor();
    await fill(PASSWORD, wanted);
    await form.getByText('Đã đổi. Mọi phiên khác đã kết thúc.').waitFor();
    await other.getByRole('button', { name: 'Đăng nhập' }).waitFor({ timeout: 30_000 });
    await page.reload();
    await page.getByRole('heading', { name: 'Hồ sơ của tôi' }).waitFor();
    const again = await logIn('anh.tu', wanted);
    await again.getByRole('heading', { name: 'Hồ sơ của tôi' }).waitFor();
  });

  test('the language is kept at the centre, and a new browser begins with it', async () => {
    await field.call('users', { body: { name: 'dev', role: 'viewer', password: PASSWORD }, as: 'admin' });
    const page = await logIn('dev', PASSWORD);
    await page.getByRole('button', { name: 'English', exact: true }).click();
    await page.getByRole('heading', { name: 'My profile' }).waitFor();
    const fresh = await logIn('dev', PASSWORD);
    await fresh.getByRole('heading', { name: 'My profile' }).waitFor();
  });

  test('a session is ended from here, and ends there', async () => {
    await field.call('users', { body: { name: 'chi.mai', role: 'viewer', password: PASSWORD }, as: 'admin' });
    const lost = await logIn('chi.mai', PASSWORD);
    await lost.getByRole('heading', { name: 'Hồ sơ của tôi' }).waitFor();
    const page = await logIn('chi.mai', PASSWORD);
    const others = page.locator('.rows > li').filter({ hasNotText: 'Phiên này' });
    await others.getByRole('button', { name: 'Kết thúc' }).click();
    await lost.getByRole('button', { name: 'Đăng nhập' }).waitFor({ timeout: 30_000 });
    await others.waitFor({ state: 'detached' });
  });

  test('whoever is told of alerts sets the own hours of duty; nobody else has any', async () => {
    const page = await asUser('ranger', 'profile');
    await page.getByText('Hồ Văn Minh (kiểm lâm Hòa Vang)').waitFor();
    await page.getByText('+84914222333').waitFor();
    const row = page.locator('.duty-row').first();
    await row.getByLabel('CN').uncheck({ force: true });
    await row.getByLabel('Đến').fill('05:30');
    await row.getByText('ngày hôm sau').waitFor();
    expect(await axe(page)).toEqual([]);
    await page.locator('form', { hasText: 'Giờ Việt Nam' }).getByRole('button', { name: 'Lưu' }).click();
    const duty = async (): Promise<OwnDuty['duty']> =>
      (await field.call<{ person: OwnDuty }>('profile/duty', { as: 'ranger' })).person.duty;
    await vi.waitFor(async () =>
      expect(await duty()).toEqual([
        { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'], from: '18:00', to: '05:30' },
      ]),
    );
    // What is an admin's stays as it was.
    expect(await field.call('people/minh')).toMatchObject({
      user: 'ranger',
      enabled: true,
      channels: [{ kind: 'sms', address: '+84914222333' }],
    });
    expect(problemsOf(page)).toEqual([]);

    expect(await field.call('profile/duty', { as: 'viewer' })).toEqual({ person: null });
    await expect(
      field.call('profile/duty', { body: { duty: null }, method: 'PUT', as: 'viewer' }),
    ).rejects.toThrow('404');
    await expect(
      field.call('profile/duty', { body: { duty: [] }, method: 'PUT', as: 'ranger' }),
    ).rejects.toThrow('400');
  });

  test('on a telephone nothing is wider than the screen, and axe finds no fault', async () => {
    const page = kept(
      await browser.loggedIn(field, 'operator', { path: '/#/profile', phone: true, dark: true }),
    );
    await page.locator('.duty-row').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await axe(page)).toEqual([]);
    expect(problemsOf(page)).toEqual([]);
  });
});
