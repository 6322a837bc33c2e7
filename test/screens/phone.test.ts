/** Alerts and what a phone needs: taken with a note, read and acknowledged without network, pushed, installed, forgotten. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AlertAnswer, TransitionAnswer } from '../../devices/wire/api.ts';
import { axe, openBrowser, type PageOptions, picture, problemsOf, type ScreensBrowser } from './browser.ts';
import { type Field, startField } from './field.ts';
import { PASSWORD, type UserName } from './field-gateway.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 240_000 });
const WAIT = { timeout: 20_000 };

describe('alerts and the phone', () => {
  let field: Field;
  let browser: ScreensBrowser;
  let page: Page;
  /** A copy, since a test makes a newer version of it. */
  let screens: string;

  beforeAll(async () => {
    screens = mkdtempSync(join(tmpdir(), 'quantrac-screens-'));
    cpSync(join(import.meta.dirname, '../../dashboards/dist'), screens, { recursive: true });
    field = await startField({ days: 3, dist: screens });
    browser = await openBrowser({ whole: true });
  });
  afterAll(async () => {
    await browser?.close();
    await field?.stop();
    rmSync(screens, { recursive: true, force: true });
  });
  afterEach(() => page?.close());

  const open = async (
    path: string,
    options: PageOptions = {},
    user: UserName = 'operator',
  ): Promise<void> => {
    page = await browser.loggedIn(field, user, { path: `/#/${path}`, ...options });
  };
  const openAlert = async (limit: string, station: string): Promise<AlertAnswer> => {
    const { alerts } = await field.call<{ alerts: AlertAnswer[] }>('alerts?state=open');
    const found = alerts.find((alert) => alert.limit === limit && alert.station === station);
    if (found === undefined) throw new Error(`no alert ${limit} stands at ${station}`);
    return found;
  };
  const one = (id: string): Promise<AlertAnswer> => field.call(`alerts/${id}`);
  const changes = async (id: string): Promise<TransitionAnswer[]> =>
    (await field.call<{ transitions: TransitionAnswer[] }>(`alerts/${id}/transitions`)).transitions;
  const card = (alert: AlertAnswer) =>
    page.locator('article.alert', { has: page.locator(`a[href="#/alerts/${alert.id}"]`) });
  /** The service worker has its files and answers for this page. */
  const controlled = (): Promise<unknown> =>
    page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      if (navigator.serviceWorker.controller === null)
        await new Promise((resolve) =>
          navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
        );
    });
  /** What this browser keeps of a person. */
  const kept = (): Promise<{ picture: string[]; queue: number }> =>
    page.evaluate(async () => {
      const settled = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const db = await settled(indexedDB.open('quantrac'));
      const read = db.transaction(['picture', 'queue']);
      const users = await settled(read.objectStore('picture').getAllKeys());
      const queue = await settled(read.objectStore('queue').count());
      db.close();
      return { picture: users.map(String), queue };
    });
  const cookie = async (): Promise<string> =>
    (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const offline = (is: boolean): Promise<void> => page.context().setOffline(is);
  /** Without what the browser says of requests that it could not send. */
  const problems = (): string[] =>
    problemsOf(page).filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED'));

  test('an alert is taken with a note by one thumb', async () => {
    const flood = await openAlert('bao-dong-2', 'nuoc-cau-do');
    await open('alerts', { phone: true });
    const own = card(flood);
    await own.getByRole('button', { name: /^Xác nhận kèm ghi chú/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Xác nhận kèm ghi chú' });
    await dialog.getByRole('button', { name: 'Đang đến hiện trường' }).click();
    await picture(page, 'alerts-note-phone');
    await dialog.getByRole('button', { name: 'Xác nhận', exact: true }).click();
    await own.getByText('operator đã xác nhận').waitFor();
    const { acknowledged_by, notes } = await one(flood.id);
    expect(acknowledged_by).toBe('operator');
    expect(notes.map(({ by, text }) => [by, text])).toEqual([['operator', 'Đang đến hiện trường']]);
    const small = await page
      .locator('.now-list .button')
      .evaluateAll((all) => all.filter((button) => button.getBoundingClientRect().height < 44).length);
    expect(small).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect(problems()).toEqual([]);
  });

  test('the history is filtered by level and place, and goes on where it ends', async () => {
    await open('alerts/history');
    await page.route(/limit=50/, (route) =>
      route.continue({ url: route.request().url().replace('limit=50', 'limit=4') }),
    );
    await page.getByRole('combobox', { name: 'Mức' }).selectOption('notice');
    const rows = page.locator('.alert-row');
    await expect.poll(() => rows.count(), WAIT).toBe(4);
    await page.getByRole('button', { name: 'Xem cũ hơn' }).click();
    await expect.poll(() => rows.count(), WAIT).toBeGreaterThan(4);
    expect(new Set(await rows.locator('.level').allTextContents())).toEqual(new Set(['Lưu ý']));
    await page.getByRole('combobox', { name: 'Trạm' }).selectOption('nuoc-song-han');
    await page.getByText(/^Hết danh sách/).waitFor();
    const places = await rows.locator('bdi').allTextContents();
    expect(new Set(places).size).toBe(1);
    expect(page.url()).toContain('level=notice');
    await picture(page, 'alerts-history');
    expect(problems()).toEqual([]);
  });

  test("an alert's page tells what caused it and what became of it, and shelves it with a reason", async () => {
    const wind = await openAlert('gio-giat', 'tt-ba-na');
    await open(`alerts/${wind.id}`);
    await page.getByRole('heading', { name: /^Gió giật tại/ }).waitFor();
    await page.getByRole('row', { name: /19,6 m\/s/ }).waitFor();
    await page.getByText('Cảnh báo bắt đầu').waitFor();
    await page.getByRole('button', { name: 'Tạm gác' }).click();
    const dialog = page.getByRole('dialog', { name: 'Tạm gác' });
    await dialog.getByRole('button', { name: 'Tạm gác' }).click();
    await dialog.getByText('Hãy ghi lý do.').waitFor();
    await dialog.getByRole('textbox', { name: 'Lý do' }).fill('Máy đo gió <b>đang</b> bảo trì');
    await dialog.getByRole('button', { name: '4 giờ', exact: true }).click();
    await dialog.getByRole('button', { name: 'Tạm gác' }).click();
    await page.getByRole('button', { name: 'Thôi gác' }).waitFor();
    const { shelved } = await one(wind.id);
    expect(shelved?.reason).toBe('Máy đo gió <b>đang</b> bảo trì');
    expect(Math.round(((shelved?.until ?? 0) - (shelved?.since ?? 0)) / 60_000)).toBe(240);
    await page.locator('.change', { hasText: 'Máy đo gió <b>đang</b> bảo trì' }).waitFor();
    await page.goto(`${field.url}/#/alerts/quiet`);
    await page.locator('.alert-row', { hasText: 'Gió giật' }).waitFor();
    expect(problems()).toEqual([]);
  });

  test('a fire is told by its signs, and leads to its incident', async () => {
    const fire = await openAlert('fire', 'chot-hoa-bac-2');
    await open(`alerts/${fire.id}`, { phone: true });
    await page
      .getByText(/Dấu hiệu cháy: khói/)
      .first()
      .waitFor();
    const link = page.getByRole('link', { name: /Mở vụ cháy/ });
    expect(await link.getAttribute('href')).toBe(`#/fire/${fire.incident}`);
    await picture(page, 'alerts-one-phone');
  });

  test('a station is taken out of service and put back', async () => {
    await open('alerts/service');
    await page.getByRole('button', { name: 'Cho ngừng phục vụ' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Trạm' }).selectOption('kk-hoa-khanh');
    await dialog.getByRole('textbox', { name: 'Lý do' }).fill('Thay bơm lấy mẫu');
    await dialog.getByRole('button', { name: 'Cho ngừng phục vụ' }).click();
    const entry = page.locator('.service', { hasText: 'Thay bơm lấy mẫu' });
    await entry.getByRole('button', { name: /^Cho phục vụ lại/ }).click();
    await entry.waitFor({ state: 'detached' });
    expect(problems()).toEqual([]);
  });

  test('without network the last values and alerts are there with their age, and an acknowledgement waits and is sent once', async () => {
    const oxygen = await openAlert('thieu-oxy', 'nuoc-song-han');
    const slow = await openAlert('xe-cham', 'gt-cau-rong');
    await open('alerts', { phone: true });
    await card(oxygen).waitFor();
    await controlled();
    await expect.poll(kept, WAIT).toMatchObject({ picture: ['operator'] });

    await offline(true);
    await page.reload();
    await page.getByText(/Số liệu trên màn hình đã cũ/).waitFor(WAIT);
    await card(oxygen)
      .getByText(/3,82 mg\/L/)
      .waitFor();
    for (const alert of [oxygen, slow]) {
      await card(alert)
        .getByRole('button', { name: /^Xác nhận: / })
        .click();
      await card(alert).getByText('Chờ gửi khi có mạng').waitFor();
    }
    await page.reload();
    await card(oxygen).getByText('Chờ gửi khi có mạng').waitFor(WAIT);
    await picture(page, 'alerts-offline-phone');
    await card(oxygen)
      .getByRole('link', { name: /^Mở cảnh báo/ })
      .click();
    await page.getByText('Dưới đây là những gì máy này còn giữ', { exact: false }).waitFor();
    await page.getByText(/^3,80 mg\/L/).waitFor();
    await page.getByRole('link', { name: 'Mọi cảnh báo' }).click();

    // Somebody else is faster with the other one.
    await field.call(`alerts/${slow.id}/acknowledge`, { body: {}, as: 'technician' });
    await offline(false);
    await expect.poll(async () => (await one(oxygen.id)).acknowledged_by, WAIT).toBe('operator');
    const queue = page.locator('.queue');
    await queue.getByText('Đã gửi lúc').waitFor(WAIT);
    await queue.getByText('technician đã xác nhận trước bạn').waitFor(WAIT);
    expect((await one(slow.id)).acknowledged_by).toBe('technician');
    await page.reload();
    await queue.getByText('Đã gửi lúc').waitFor(WAIT);
    const taken = (await changes(oxygen.id)).filter(({ kind }) => kind === 'acknowledged');
    expect(taken.map(({ by }) => by)).toEqual(['operator']);
    expect(problems()).toEqual([]);
  });

  test('it can be installed, and the service worker keeps files of the screens only', async () => {
    await open('overview');
    await controlled();
    const cdp = await page.context().newCDPSession(page);
    const { errors, data } = await cdp.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    expect(JSON.parse(data ?? '{}')).toMatchObject({ lang: 'vi', display: 'standalone', start_url: '/' });
    const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
    // A context of a test is a private one.
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
    const addresses = await page.evaluate(async () => {
      const names = await caches.keys();
      const caches_ = await Promise.all(names.map((name) => caches.open(name)));
      const requests = await Promise.all(caches_.map((cache) => cache.keys()));
      return requests.flat().map(({ url }) => new URL(url).pathname);
    });
    expect(addresses).toContain('/');
    expect(
      addresses.filter((path) => !/^\/($|assets\/|geo\/|icons\/|[\w-]+\.(js|svg|webmanifest)$)/.test(path)),
    ).toEqual([]);
    const worker = await page.request.get(`${field.url}/sw.js`);
    expect(worker.headers()['cache-control']).toMatch(/max-age=0|no-cache/);
  });

  test('after the logout nothing of the person is left, with network and without', async () => {
    for (const isOffline of [false, true]) {
      await open('alerts', { phone: true });
      await page.locator('article.alert').first().waitFor();
      await controlled();
      await expect.poll(kept, WAIT).toMatchObject({ picture: ['operator'] });
      await offline(isOffline);
      await page.getByRole('button', { name: 'Tài khoản và ngôn ngữ' }).click();
      await page.getByRole('button', { name: 'Đăng xuất' }).click();
      await page.getByRole('textbox', { name: 'Tên đăng nhập' }).waitFor(WAIT);
      await expect.poll(kept, WAIT).toEqual({ picture: [], queue: 0 });
      await page.reload();
      await page.getByRole('textbox', { name: 'Tên đăng nhập' }).waitFor(WAIT);
      expect(await page.locator('body').textContent()).not.toContain('Cầu Rồng');
      await offline(false);
      // The session that could not be ended is, before anything else is asked.
      await page.reload();
      await page.getByRole('textbox', { name: 'Tên đăng nhập' }).waitFor(WAIT);
      expect((await page.request.get(`${field.url}/api/v1/session`)).status()).toBe(401);
      await page.close();
    }
  });

  test('what could not be sent before the session ended waits for the next login, told to nobody by name', async () => {
    const fire = await openAlert('fire', 'chot-hoa-bac-3');
    await open('alerts', { phone: true }, 'ranger');
    await card(fire).waitFor();
    await controlled();
    await offline(true);
    await card(fire)
      .getByRole('button', { name: /^Xác nhận: / })
      .click();
    await card(fire).getByText('Chờ gửi khi có mạng').waitFor();
    const ended = await fetch(`${field.url}/api/v1/logout`, {
      method: 'POST',
      headers: { cookie: await cookie(), 'content-type': 'application/json' },
      body: '{}',
    });
    expect(ended.status).toBe(204);
    await offline(false);
    const waiting = page.getByText('Còn 1 xác nhận chờ gửi', { exact: false });
    await waiting.waitFor(WAIT);
    await picture(page, 'login-waiting-phone');
    await expect.poll(kept, WAIT).toEqual({ picture: [], queue: 1 });
    expect(await page.locator('body').textContent()).not.toContain('ranger');
    await page.reload();
    await waiting.waitFor(WAIT);
    expect((await one(fire.id)).acknowledged_by).toBeNull();
    await page.getByRole('textbox', { name: 'Tên đăng nhập' }).fill('ranger');
    await page.getByLabel('Mật khẩu').fill(PASSWORD);
    await page.getByRole('button', { name: 'Đăng nhập' }).click();
    await expect.poll(async () => (await one(fire.id)).acknowledged_by, WAIT).toBe('ranger');
    await page.locator('.queue').getByText('Đã gửi lúc').waitFor(WAIT);
  });

  test('who logs in after another sees nothing of him, and is told what was dropped', async () => {
    const fire = await openAlert('fire', 'chot-hoa-bac-2');
    await open('alerts', { phone: true });
    await expect.poll(kept, WAIT).toMatchObject({ picture: ['operator'] });
    await offline(true);
    await card(fire)
      .getByRole('button', { name: /^Xác nhận: / })
      .click();
    await card(fire).getByText('Chờ gửi khi có mạng').waitFor();
    const login = await page.request.post(`${field.url}/api/v1/login`, {
      data: { name: 'ranger', password: PASSWORD },
    });
    expect(login.status()).toBe(200);
    await offline(false);
    // Not by a reload: as where a link was opened in another tab.
    await page.locator('.menu-who', { hasText: 'ranger' }).waitFor({ ...WAIT, state: 'attached' });
    await page.getByText('1 xác nhận của operator chưa gửi đã bị bỏ', { exact: false }).waitFor(WAIT);
    await picture(page, 'dropped-phone');
    await expect.poll(kept, WAIT).toEqual({ picture: ['ranger'], queue: 0 });
    expect((await one(fire.id)).acknowledged_by).toBeNull();
    await page.getByRole('button', { name: 'Đã hiểu' }).click();
    await page.getByText('chưa gửi đã bị bỏ').waitFor({ state: 'hidden' });
    await page.reload();
    await page.locator('article.alert').first().waitFor();
    expect(await page.getByText('chưa gửi đã bị bỏ').count()).toBe(0);
  });

  test('over plain HTTP from another machine an acknowledgement is sent, and code that an upgrade took away is told of', async () => {
    const fire = await openAlert('fire', 'chot-hoa-bac-2');
    await open('alerts');
    await controlled();
    await page.evaluate(async () => {
      for (const registration of await navigator.serviceWorker.getRegistrations())
        await registration.unregister();
    });
    await page.addInitScript(() => {
      for (const name of ['serviceWorker', 'locks'])
        Object.defineProperty(navigator, name, { value: undefined });
    });
    await page.reload();
    await card(fire).waitFor();
    await offline(true);
    await card(fire)
      .getByRole('button', { name: /^Xác nhận: / })
      .click();
    await card(fire).getByText('Chờ gửi khi có mạng').waitFor();
    await page.goto(`${field.url}/#/traffic`);
    await page.getByText('Trung tâm không trả lời', { exact: false }).waitFor();
    await offline(false);
    await expect.poll(async () => (await one(fire.id)).acknowledged_by, WAIT).toBe('operator');

    await page.route(/assets\/fire-.*\.js/, (route) => route.fulfill({ status: 404 }));
    await page.goto(`${field.url}/#/fire`);
    await page.getByText('Có phiên bản mới của màn hình.').waitFor();
    await picture(page, 'newer-screens');
    await page.unroute(/assets\/fire-.*\.js/);
    await page.getByRole('button', { name: 'Tải lại' }).click();
    await page.getByRole('heading', { name: 'Cháy rừng', exact: true }).first().waitFor();
  });

  test('a push message is shown, and its press opens the alert in the window that is there', async () => {
    const fire = await openAlert('fire', 'chot-hoa-bac-3');
    await open('overview', { phone: true });
    const context = page.context();
    await context.grantPermissions(['notifications'], { origin: field.url });
    await controlled();
    const cdp = await context.newCDPSession(page);
    const registered = new Promise<string>((resolve) =>
      cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const [own] = registrations;
        if (own) resolve(own.registrationId);
      }),
    );
    await cdp.send('ServiceWorker.enable');
    const payload = {
      id: 'm1',
      level: 'critical',
      title: 'Cháy tại Giàn Bí',
      text: 'Khói',
      url: null,
      alert: fire.id,
    };
    await cdp.send('ServiceWorker.deliverPushMessage', {
      origin: field.url,
      registrationId: await registered,
      data: JSON.stringify(payload),
    });
    const shown = () =>
      page.evaluate(async () =>
        (await (await navigator.serviceWorker.ready).getNotifications()).map(({ title, body, tag }) => ({
          title,
          body,
          tag,
        })),
      );
    await expect
      .poll(shown, WAIT)
      .toEqual([{ title: 'Cháy tại Giàn Bí', body: 'Khói', tag: `alert-${fire.id}` }]);
    const [worker] = context.serviceWorkers();
    await worker?.evaluate(async () => {
      const scope = globalThis as unknown as { registration: ServiceWorkerRegistration };
      const [notification] = await scope.registration.getNotifications();
      const Press = (globalThis as unknown as { NotificationEvent: new (type: string, of: object) => Event })
        .NotificationEvent;
      dispatchEvent(new Press('notificationclick', { notification }));
    });
    await expect.poll(() => page.url(), WAIT).toBe(`${field.url}/#/alerts/${fire.id}`);
    await expect.poll(shown, WAIT).toEqual([]);
  });

  test.each([
    { name: 'at a desk, light', options: {} },
    { name: 'on a phone, dark', options: { phone: true, dark: true } },
  ])('no view of alerts has what axe calls a violation: $name', async ({ options }) => {
    const fire = await openAlert('fire', 'chot-hoa-bac-1');
    await open('alerts', options);
    for (const path of ['alerts', 'alerts/history', 'alerts/quiet', 'alerts/service', `alerts/${fire.id}`]) {
      await page.goto(`${field.url}/#/${path}`);
      await page.locator('.page-head').waitFor();
      await expect.poll(() => page.locator('.skeleton').count(), WAIT).toBe(0);
      expect(await axe(page), path).toEqual([]);
    }
    expect(problems()).toEqual([]);
  });

  const newer = async (): Promise<void> => {
    rmSync(join(screens, 'sw.js.br'), { force: true });
    await appendFile(join(screens, 'sw.js'), '\n// a newer one\n');
    await page.evaluate(async () => {
      await (await navigator.serviceWorker.ready).update();
    });
  };

  test('a new version of the screens is offered, and taken over where the person says so', async () => {
    await open('alerts');
    await controlled();
    const other = await page.context().newPage();
    await other.goto(`${field.url}/#/alerts`);
    const reload = page.getByRole('button', { name: 'Tải lại' });
    const offered = other.getByRole('button', { name: 'Tải lại' });
    await other.locator('article.alert').first().waitFor();
    let loads = 0;
    other.on('load', () => {
      loads += 1;
    });
    await newer();
    await Promise.all([reload.waitFor(WAIT), offered.waitFor(WAIT)]);
    await Promise.all([page.waitForEvent('load', WAIT), reload.click()]);
    await page.getByRole('heading', { name: 'Cảnh báo', exact: true }).waitFor();
    await expect.poll(() => reload.count(), WAIT).toBe(0);
    // The other may have something unsaved: it has to be asked itself.
    expect([await offered.count(), loads]).toEqual([1, 0]);
    await Promise.all([other.waitForEvent('load', WAIT), offered.click()]);
  });

  test('a wall takes a new version over by itself, but not while it is being set up', async () => {
    await open('wall');
    await controlled();
    await page.getByRole('button', { name: 'Thiết lập' }).click();
    const setup = page.locator('.wall-setup');
    await setup.waitFor();
    let loads = 0;
    page.on('load', () => {
      loads += 1;
    });
    await newer();
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      while (registration.waiting === null) await new Promise((resolve) => setTimeout(resolve, 50));
    });
    expect([await setup.count(), loads]).toEqual([1, 0]);
    await Promise.all([page.waitForEvent('load', WAIT), setup.getByRole('button', { name: 'Đóng' }).click()]);
    await page.locator('.wall-panels').waitFor();
  });
});
