/** The wall as an operations room has it: large, dark, turning by itself, honest when it has lost the gateway. */
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { axe, openBrowser, picture, problemsOf, type ScreensBrowser } from './browser.ts';
import { emptyField, type Field, startField } from './field.ts';
import type { FieldGateway } from './field-gateway.ts';
import { LONG_NAME } from './field-stations.ts';
import { startGate } from './gate.ts';
import { liveThroughDay } from './wall-day.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const DIST = resolve(import.meta.dirname, '../../dashboards/dist');
const UHD = { width: 3840, height: 2160 } as const;
const HD = { width: 1920, height: 1080 } as const;

let browser: ScreensBrowser;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
afterEach(() => page?.close());

const panel = (name: string) => page.locator('.wall-panel:visible h2', { hasText: name });

/** Text whose letters are smaller than `least` CSS pixels, of what the selectors find. */
const tooSmall = (selectors: readonly string[], least: number): Promise<string[]> =>
  page.evaluate(
    ([all, size]) =>
      all.flatMap((selector) => {
        const found = [...document.querySelectorAll(selector)];
        if (found.length === 0) return [`${selector}: none`];
        return found
          .filter((element) => Number.parseFloat(getComputedStyle(element).fontSize) < size)
          .map((element) => `${selector}: ${getComputedStyle(element).fontSize}`);
      }),
    [selectors, least] as const,
  );

/** Whether anything reaches over the screen. */
const isOver = (): Promise<boolean> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    const wall = document.querySelector('.wall');
    return (
      scrollWidth > clientWidth ||
      scrollHeight > clientHeight ||
      wall === null ||
      wall.scrollWidth > wall.clientWidth ||
      wall.scrollHeight > wall.clientHeight
    );
  });

describe('with stations', () => {
  let field: Field;
  beforeAll(async () => {
    field = await startField({ days: 2 });
  });
  afterAll(() => field?.stop());

  const open = (query: string, size: { width: number; height: number } = HD): Promise<Page> =>
    browser.loggedIn(field, 'viewer', { path: `/#/wall${query}`, ...size });

  test('without a choice of panels it says where it is, what time it is and what needs a hand, without a frame', async () => {
    page = await open('?every=5');
    await page.locator('.wall h1', { hasText: 'Đà Nẵng' }).waitFor();
    expect(await page.locator('.wall-hour').innerText()).toMatch(/^\d\d:\d\d/);
    expect(await page.locator('.rail, .top').count()).toBe(0);
    await panel('Bản đồ trạm').waitFor();
    await panel('Cảnh báo').waitFor();
    await page.locator('.wall-alert.wall-critical').first().waitFor();
    expect(problemsOf(page)).toEqual([]);
  });

  test('panels turn by themselves in the order of the address, and begin anew', async () => {
    page = await open('?panels=fire,air&at=1&every=5');
    const titles = new Set<string>();
    for (const name of ['Cấp dự báo cháy rừng', 'Chất lượng không khí', 'Cấp dự báo cháy rừng']) {
      await panel(name).waitFor({ timeout: 20_000 });
      titles.add(name);
      expect(await page.locator('.wall-panel:visible').count()).toBe(1);
    }
    expect(titles.size).toBe(2);
    // What needs a hand is not hidden by the turn.
    expect(await page.locator('.wall-worst').innerText()).toContain('Nghiêm trọng');
  });

  test('fixed panels stay, and a choice in the sheet is written into the address', async () => {
    page = await open('?panels=alerts&every=0');
    await panel('Cảnh báo').waitFor();
    await page.mouse.move(300, 300);
    await page.getByRole('button', { name: 'Thiết lập' }).click();
    await page.getByLabel('VN_WQI').check();
    await panel('Chất lượng nước').waitFor();
    await page.getByLabel('Tên trên màn hình').fill('Trung tâm <b>IOC</b>');
    await page.getByLabel('Tên trên màn hình').blur();
    await page.locator('.wall h1', { hasText: 'Trung tâm <b>IOC</b>' }).waitFor();
    expect(decodeURIComponent(new URL(page.url()).hash)).toContain('panels=alerts,water');
    expect(await page.locator('.wall-login').innerText()).toContain('kéo dài đến');
  });

  test('what is for hands leaves when nobody moves', async () => {
    page = await open('?panels=alerts&every=0');
    const tools = page.locator('.wall-tools');
    await page.mouse.move(200, 200);
    await tools.waitFor({ state: 'visible' });
    await tools.waitFor({ state: 'hidden', timeout: 15_000 });
    await page.mouse.move(400, 400);
    await tools.waitFor({ state: 'visible' });
  });

  test('it is dark from the first moment, whatever the system asks for', async () => {
    page = await browser.open('about:blank', { ...HD, storageState: await field.login('viewer') });
    // Nothing of the page itself comes: what is seen now is what a slow network shows first.
    await page.route('**/assets/*.js', (route) => route.abort());
    await page.goto(`${field.url}/#/wall`);
    const background = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await background()).toBe('rgb(5, 9, 12)');
    await page.goto('about:blank');
    await page.goto(`${field.url}/#/overview`);
    expect(await background()).toBe('rgb(242, 245, 247)');
  });

  test('it says over everything that the gateway is lost and how old what is shown is, and comes back by itself', async () => {
    const gate = await startGate(field.url);
    try {
      page = await browser.open(`${gate.url}/#/wall?panels=map,alerts&every=0`, {
        ...HD,
        storageState: await field.login('viewer'),
      });
      await page.locator('.wall-alert').first().waitFor();
      gate.shut();
      const lost = page.locator('.wall-lost');
      await lost.waitFor({ timeout: 30_000 });
      await page.locator('.wall-lost-age', { hasText: /Số liệu đã cũ \d+ giây/ }).waitFor();
      const text = await lost.innerText();
      expect(text).toContain('Mất kết nối với trung tâm');
      expect(await tooSmall(['.wall-lost-title', '.wall-lost-age'], HD.height / 25)).toEqual([]);
      // What was known is still there, and does not pass for the present.
      expect(await page.locator('.wall-alert').count()).toBeGreaterThan(0);
      expect(await page.locator('.wall-panels').evaluate((one) => getComputedStyle(one).opacity)).toBe(
        '0.28',
      );
      await picture(page, 'wall-lost');
      gate.open();
      await lost.waitFor({ state: 'detached', timeout: 60_000 });
      expect(await page.locator('.wall-link-state').innerText()).toContain('Trực tiếp');
    } finally {
      await gate.stop();
    }
  });

  test.each([
    [
      'map,alerts',
      ['.wall-alert-what strong', '.wall-alert-what bdi', '.wall-alert-when', '.wall-total strong'],
    ],
    ['fire,air', ['.wall-fire-level', '.wall-fire bdi', '.wall-badge', '.wall-index bdi', '.wall-worst']],
    ['water,links', ['.wall-index-said', '.wall-link bdi', '.wall-link-age', '.wall-hour', '.wall h1']],
    ['chart', ['.wall-now .value']],
  ])('at 4K %s is read from 8 metres, fits and has no fault that axe finds', async (panels, texts) => {
    page = await open(`?panels=${panels}&every=0&station=kk-san-bay`, UHD);
    await page
      .locator(texts[0] ?? '')
      .first()
      .waitFor();
    if (panels === 'chart') await page.locator('.wall-plot canvas').waitFor();
    expect(await tooSmall(texts, UHD.height / 40)).toEqual([]);
    expect(await isOver()).toBe(false);
    // The map is for eyes alone here: the list beside it says the same.
    expect(await axe(page)).toEqual([]);
    await picture(page, `wall-${panels.replace(',', '-')}-4k`);
    expect(problemsOf(page)).toEqual([]);
  });

  test.each([HD, UHD])('a name of 300 characters with markup is text, and cut, at %j', async (size) => {
    page = await open('?panels=air,chart&every=0&station=kk-san-bay', size);
    const name = page.locator('.wall-index bdi', { hasText: 'Sân bay' });
    await name.waitFor();
    expect(await name.textContent()).toBe(LONG_NAME);
    expect(await name.getAttribute('title')).toBe(LONG_NAME);
    await panel(LONG_NAME.slice(0, 40)).waitFor();
    await page.locator('.wall-plot canvas').waitFor();
    expect(await isOver()).toBe(false);
    // Nothing within a panel is pushed out of it by the name.
    const outside = await page.evaluate(() =>
      [...document.querySelectorAll('.wall-panel')].flatMap((one) =>
        [...one.querySelectorAll('bdi, canvas, .wall-row, li')]
          .filter((part) => part.getBoundingClientRect().right > one.getBoundingClientRect().right + 1)
          .map((part) => part.className || part.tagName),
      ),
    );
    expect(outside).toEqual([]);
    expect(problemsOf(page)).toEqual([]);
  });

  test('a station that is not there is said, and the rest goes on', async () => {
    page = await open('?panels=chart,alerts&every=0&station=%3Cb%3Ekhong-co');
    await page.getByText('Không có trạm này').waitFor();
    await page.locator('.wall-alert').first().waitFor();
  });

  test('who is logged out reads why at the login', async () => {
    page = await browser.open(`${field.url}/#/wall`, HD);
    await page.getByText('Phiên của màn hình lớn đã kết thúc').waitFor();
    expect(await axe(page)).toEqual([]);
  });
});

describe('without stations', () => {
  let field: FieldGateway;
  beforeAll(async () => {
    field = await emptyField();
  });
  afterAll(() => field?.stop());

  test('each panel says that there is nothing yet', async () => {
    page = await browser.loggedIn(field, 'viewer', {
      path: '/#/wall?panels=map,alerts,fire,air&at=4&every=0',
      ...HD,
    });
    await page.locator('.wall .notice').nth(3).waitFor();
    expect(await page.locator('.wall h1').innerText()).toContain('Quantrac');
    expect(await isOver()).toBe(false);
    expect(await axe(page)).toEqual([]);
    expect(problemsOf(page)).toEqual([]);
  });
});

test('its heap, nodes and listeners stay over hours of readings, alerts and lost lines', async () => {
  const { looks, problems, text } = await liveThroughDay({ dist: DIST, hours: [1, 3] });
  const [first, last] = looks;
  expect(problems).toEqual([]);
  expect(text).toContain('03:00');
  expect(((last?.heap ?? Number.POSITIVE_INFINITY) - (first?.heap ?? 0)) / 2 ** 20).toBeLessThan(2);
  expect((last?.nodes ?? 0) - (first?.nodes ?? 0)).toBeLessThan(200);
  expect((last?.listeners ?? 0) - (first?.listeners ?? 0)).toBeLessThan(40);
});
