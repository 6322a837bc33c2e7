/** The overview as an operator at a desk and a ranger with a phone use it: finding a station, by words, filters, map and keys. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { StationAnswer } from '../../devices/wire/api.ts';
import { axe, openBrowser, type PageOptions, picture, problemsOf, type ScreensBrowser } from './browser.ts';
import { type Field, startField } from './field.ts';
import { AREAS, STATIONS } from './field-stations.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 240_000 });

let browser: ScreensBrowser;
let field: Field;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  field = await startField({ days: 2 });
});
afterAll(async () => {
  await browser?.close();
  await field?.stop();
});
afterEach(() => page?.close());

/** On a machine that is busy a second is short. */
const soon = <T>(of: () => T | Promise<T>) => expect.poll(of, { timeout: 20_000 });
const names = (): Promise<string[]> => page.locator('.station .station-name').allInnerTexts();
/** Of the list, drawn or not: what is far from the screen is not. */
const count = (): Promise<number> => page.locator('.stations .list-head .count').innerText().then(Number);
const open = async (path = '/#/overview', options: PageOptions = {}): Promise<void> => {
  page = await browser.loggedIn(field, 'operator', { path, ...options });
  // On a phone the map has the screen, and the list behind it may have no card yet.
  const first = options.phone ? '.pin-icon, .board .notice' : '.station, .board .notice';
  await page.locator(first).first().waitFor({ state: 'attached' });
};
const marks = (): Locator => page.locator('.pin-icon');
const clusters = (): Locator => page.locator('.pin-icon:has(.cluster)');

/** Answers of the gateway as they would be with other stations. */
async function withStations(change: (stations: StationAnswer[]) => StationAnswer[]): Promise<void> {
  await page.route('**/api/v1/stations', async (route) => {
    const response = await route.fetch();
    const { stations } = (await response.json()) as { stations: StationAnswer[] };
    await route.fulfill({ response, json: { stations: change(stations) } });
  });
  await page.reload();
}

test('a station is found by its name without diacritics; the address keeps it, and one press shows all again', async () => {
  await open();
  const field = page.getByRole('searchbox', { name: 'Tìm trạm' });
  await field.fill('cau do nuoc');
  await soon(names).toEqual(['Nhà máy nước Cầu Đỏ']);
  await soon(() => page.url()).toContain('q=cau+do');
  await page.getByText(`1 trên ${STATIONS.length} trạm`).waitFor();
  await page.reload();
  await soon(names).toEqual(['Nhà máy nước Cầu Đỏ']);
  await soon(() => marks().count()).toBe(1);
  await page.getByRole('button', { name: 'Bỏ lọc' }).click();
  await soon(count).toBe(STATIONS.length);
  expect(await field.inputValue()).toBe('');
  expect(page.url()).not.toContain('q=');
});

test('area, kind and state narrow list and map together; nothing found is said', async () => {
  await open();
  const inArea = STATIONS.filter(({ station }) => station.area.vi === AREAS.hoiAn.vi);
  await page.getByRole('combobox', { name: 'Khu vực' }).selectOption(AREAS.hoiAn.vi);
  await soon(count).toBe(inArea.length);
  await page.getByRole('combobox', { name: 'Loại trạm' }).selectOption('water');
  await soon(names).toEqual(['Cửa Đại – sông Thu Bồn']);
  await soon(() => marks().count()).toBe(1);
  const silent = page.getByRole('button', { name: 'Mất tín hiệu 1' });
  await silent.click();
  expect(await silent.getAttribute('aria-pressed')).toBe('true');
  expect(await names()).toEqual(['Cửa Đại – sông Thu Bồn']);
  await page.getByRole('combobox', { name: 'Loại trạm' }).selectOption('fire');
  await page.getByText('Hãy thử từ khác, hoặc bỏ bớt điều kiện.').waitFor();
  await soon(() => marks().count()).toBe(0);
  expect(await axe(page)).toEqual([]);
  expect(problemsOf(page)).toEqual([]);
});

test('the list follows what the map shows when it is asked to', async () => {
  await open();
  await clusters().first().waitFor();
  await page.getByRole('button', { name: 'Theo bản đồ' }).click();
  await soon(count).toBe(STATIONS.length);
  for (let step = 0; step < 4; step++) {
    await page.getByRole('button', { name: 'Phóng to', exact: true }).click();
  }
  await soon(count).toBeLessThan(STATIONS.length);
  await page.getByRole('button', { name: 'Về các trạm' }).click();
  await soon(count).toBe(STATIONS.length);
});

test('by the keyboard alone a cluster opens, its stations are gone on to, and one is opened', async () => {
  await open();
  const fires = page.getByRole('button', { name: /^3 trạm: .*Phóng to$/ });
  await fires.waitFor();
  await fires.focus();
  const before = await marks().count();
  await page.keyboard.press('Enter');
  await soon(() => marks().count()).not.toBe(before);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  await soon(focused).toMatch(/Chốt Hòa Bắc|trạm: /);
  for (let step = 0; step < 6 && !(await focused()).startsWith('Chốt'); step++) {
    await page.keyboard.press(' ');
    await soon(focused).toMatch(/Chốt Hòa Bắc|trạm: /);
  }
  const name = (await focused()).split(',')[0] ?? '';
  await page.keyboard.press('Enter');
  await page.getByRole('complementary').getByRole('heading', { level: 2, name }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.className)).toContain('panel');
  expect(problemsOf(page)).toEqual([]);
});

test('the chosen station is told in short beside the map, and the filters stay', async () => {
  await open('/#/overview/nuoc-cau-do?kind=water');
  const panel = page.getByRole('complementary');
  await panel.getByRole('heading', { level: 2, name: 'Nhà máy nước Cầu Đỏ' }).waitFor();
  await panel.getByText('Oxy hòa tan (DO)').first().waitFor();
  expect(await panel.locator('.chart').count()).toBe(1);
  expect(await axe(page)).toEqual([]);
  await panel.getByRole('link', { name: 'Đóng trạm' }).click();
  await soon(() => page.url()).toMatch(/#\/overview\?kind=water$/);
  expect(problemsOf(page)).toEqual([]);
});

const commune = (at: readonly (readonly [number, number])[]) =>
  JSON.stringify({
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { TEN_XA: 'Xã Thử Nghiệm' },
        geometry: { type: 'Polygon', coordinates: [[...at, at[0]]] },
      },
    ],
  });

test('commune boundaries are imported, drawn, kept over a reload and removed; a bad file is refused in a sentence', async () => {
  await open();
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'GET') sent.push(request.url());
  });
  const choose = async (name: string, text: string): Promise<void> => {
    const buffer = Buffer.from(text);
    await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/json', buffer });
  };
  const dialog = page.getByRole('dialog', { name: 'Ranh giới xã, phường' });
  await page.getByRole('button', { name: 'Ranh giới xã, phường' }).click();

  await choose(
    'mets.geojson',
    commune([
      [548_123.4, 1_776_543.2],
      [548_200, 1_776_543],
      [548_200, 1_776_600],
    ]),
  );
  await dialog.getByText(/đối tượng thứ 1 \(Xã Thử Nghiệm\).*548123\.4; 1776543\.2.*VN-2000/).waitFor();
  await choose('diem.json', '{"type":"Feature","geometry":{"type":"Point","coordinates":[108,16]}}');
  await dialog.getByText(/không phải là vùng mà là Point/).waitFor();
  await choose('ghi-chu.json', 'Kính gửi');
  await dialog.getByText(/ghi-chu\.json.*không phải là tệp JSON/).waitFor();
  expect(await axe(page)).toEqual([]);

  await choose(
    'xa.geojson',
    commune([
      [107.9, 15.95],
      [108.15, 15.95],
      [108.15, 16.1],
      [107.9, 16.1],
    ]),
  );
  await dialog.getByText('xa.geojson').waitFor();
  await dialog.getByText('Đã nhập.', { exact: false }).waitFor();
  await page.keyboard.press('Escape');
  const label = page.locator('.map-name-commune', { hasText: 'Xã Thử Nghiệm' });
  await label.waitFor();
  await page.reload();
  await label.waitFor();
  await picture(page, 'overview-boundaries');
  await page.getByRole('button', { name: 'Ranh giới xã, phường' }).click();
  await dialog.getByRole('button', { name: 'Xóa' }).click();
  await soon(() => label.count()).toBe(0);
  await page.reload();
  await marks().first().waitFor();
  expect(await label.count()).toBe(0);
  expect(sent).toEqual([]);
  expect(problemsOf(page)).toEqual([]);
});

test('at 360 px nothing of the map lies over another, and list and map take turns', async () => {
  await open('/#/overview', { phone: true, dark: true });
  await marks().first().waitFor();
  const parts = [
    '.board-switch',
    '.map-tools',
    '.legend',
    '.map-credits',
    '.leaflet-control-scale',
    '.filter',
  ];
  const boxes = await Promise.all(
    parts.map(async (part) => ({ part, ...(await page.locator(part).boundingBox()) })),
  );
  const overlaps = boxes.flatMap((a, index) =>
    boxes.slice(index + 1).flatMap((b) => {
      const { x: ax = 0, y: ay = 0, width: aw = 0, height: ah = 0 } = a;
      const { x: bx = 0, y: by = 0, width: bw = 0, height: bh = 0 } = b;
      return ax < bx + bw && bx < ax + aw && ay < by + bh && by < ay + ah ? [`${a.part} ${b.part}`] : [];
    }),
  );
  expect(overlaps).toEqual([]);
  const targets = page.locator(
    '.map-tool, .map-credits button, .filter .chip, .filter select, .filter input',
  );
  const heights = await targets.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  expect(await axe(page)).toEqual([]);
  await picture(page, 'overview-phone');

  await page.getByRole('link', { name: 'Danh sách' }).click();
  await page.locator('.station').first().waitFor();
  expect(await page.locator('.map').isVisible()).toBe(false);
  expect(await axe(page)).toEqual([]);
  // Asked at once: the list takes cards away and brings others while it is scrolled.
  const roomBelow = (): Promise<number> =>
    page.evaluate(() => {
      const list = document.querySelector('.stations');
      list?.scrollTo(0, list.scrollHeight);
      const last = [...document.querySelectorAll('.station')].at(-1)?.getBoundingClientRect();
      const over = document.querySelector('.board-switch')?.getBoundingClientRect();
      return (over?.top ?? 0) - (last?.bottom ?? 0);
    });
  await soon(roomBelow).toBeGreaterThanOrEqual(0);
  await page.getByRole('link', { name: 'Bản đồ' }).click();
  await marks().first().waitFor();
  expect(problemsOf(page)).toEqual([]);
});

test('names with markup, from right to left and of 300 characters are text, cut where they do not fit', async () => {
  await open('/#/overview?q=img+src');
  const card = page.locator('.station');
  await soon(() => card.count()).toBe(1);
  expect(await card.locator('.station-name').innerText()).toContain(
    '<b>Sân bay</b> <img src=x onerror=alert(1)>',
  );
  expect(await page.locator('.station b, .station img').count()).toBe(0);
  const isTooWide = () => page.evaluate(() => document.querySelector('.stations')?.scrollWidth ?? 0);
  expect(await isTooWide()).toBeLessThanOrEqual(400);
  await card.click();
  await page.getByRole('complementary').getByRole('heading', { level: 2 }).waitFor();
  expect(await page.locator('.panel').evaluate((panel) => panel.scrollWidth - panel.clientWidth)).toBe(0);
  expect(problemsOf(page)).toEqual([]);
});

test('a station without a place is listed, said so, and not drawn', async () => {
  await open();
  await withStations((stations) =>
    stations.map((station) =>
      station.id === 'nuoc-cau-do' ? { ...station, latitude: 0, longitude: 0 } : station,
    ),
  );
  await page.getByText('1 trạm chưa có vị trí trên bản đồ.').waitFor();
  expect(await count()).toBe(STATIONS.length);
  await page.getByRole('searchbox', { name: 'Tìm trạm' }).fill('cau do');
  await soon(names).toEqual(['Nhà máy nước Cầu Đỏ']);
  await soon(() => marks().count()).toBe(0);
  expect(await page.locator('.station').innerText()).toContain('chưa có vị trí');
});

test('before the first station list and map say what will bring it', async () => {
  await open();
  await withStations(() => []);
  await page
    .getByText('Trạm xuất hiện ở đây khi thiết bị tại hiện trường công bố danh sách của mình.')
    .waitFor();
  await page.locator('.map-note', { hasText: 'Chưa có trạm nào' }).waitFor();
  expect(await axe(page)).toEqual([]);
  await picture(page, 'overview-empty');
});

test('a link to a station that is not there says so, and leads back', async () => {
  await open('/#/overview/khong-co');
  await page.getByText('Không có trạm này').waitFor();
  await page.getByRole('link', { name: 'Đóng trạm' }).click();
  await soon(() => page.locator('.panel').count()).toBe(0);
});

test('a browser whose clock is three hours ahead tells the same ages and states', async () => {
  await open();
  const silent = () => page.getByRole('button', { name: /^Mất tín hiệu/ }).innerText();
  const before = await silent();
  await page.clock.setSystemTime(Date.now() + 3 * 3_600_000);
  await page.reload();
  await page.locator('.station').first().waitFor();
  expect(await silent()).toBe(before);
  const live = page.locator('.station', { hasText: 'Không khí Cầu Rồng' });
  expect(await live.locator('.station-when').innerText()).toMatch(/giây|phút|vừa xong/);
});

test('a stream that never says anything is told as lost, while the values come another way', async () => {
  await open();
  await page.route('**/api/v1/stream', () => {});
  await page.reload();
  await page.locator('.lost').waitFor({ timeout: 25_000 });
  await page.locator('.station').first().waitFor();
});
