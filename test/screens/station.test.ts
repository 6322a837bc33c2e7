/** One station in a browser: its values, its chart over any time, its books, instruments and events. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ReadingsAnswer, StationAnswer } from '../../devices/wire/api.ts';
import { axe, openBrowser, picture, problemsOf, type ScreensBrowser } from './browser.ts';
import { type Field, startField } from './field.ts';
import { LONG_NAME } from './field-stations.ts';

/** A browser beside a gateway on a busy machine. */
const SOON = { timeout: 20_000 };
const HOUR_MS = 3_600_000;

vi.setConfig({ testTimeout: 90_000, hookTimeout: 240_000 });

let browser: ScreensBrowser;
let field: Field;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  field = await startField({ days: 16 });
});
afterAll(async () => {
  await browser?.close();
  await field?.stop();
});
afterEach(() => page?.close());

const open = async (path: string, more: Parameters<ScreensBrowser['loggedIn']>[2] = {}) => {
  page = await browser.loggedIn(field, 'operator', { ...more, path: `/#/station${path}` });
};
const seen = (text: string | RegExp) => page.getByText(text).first().waitFor(SOON);
const plot = () => page.getByRole('application');
const isTooWide = (): Promise<boolean> =>
  page.evaluate(() => {
    const main = document.querySelector('main');
    return main === null || main.scrollWidth > main.clientWidth;
  });
const query = (): URLSearchParams => new URLSearchParams(page.url().split('?')[1] ?? '');

interface Asked {
  readonly parameter: string;
  readonly from: number;
  readonly to: number;
  /** Seconds; null: the readings themselves. */
  readonly every: number | null;
}

/** What the page asks for of readings from now on. */
function asked(): Asked[] {
  const found: Asked[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname !== '/api/v1/readings') return;
    const of = (name: string): string => url.searchParams.get(name) ?? '';
    const every = url.searchParams.get('every');
    found.push({
      parameter: of('parameter'),
      from: Number(of('from')),
      to: Number(of('to')),
      every: every === null ? null : Number(every),
    });
  });
  return found;
}

describe('its values', () => {
  test('are told with quality, age and limit, and choosing one shows its course', async () => {
    await open('/kk-cau-rong');
    await plot().waitFor(SOON);
    const row = page.getByRole('listitem').filter({ hasText: 'Bụi PM2.5' }).first();
    expect(await row.innerText()).toMatch(/µg\/m³[\s\S]*Cảnh báo[\s\S]*Tốt[\s\S]*trước[\s\S]*≥ 100,0 µg\/m³/);
    expect(await plot().getAttribute('aria-label')).toContain('Bụi PM2.5');
    await page.getByRole('link', { name: 'O₃', exact: true }).click();
    await page.locator('[role=application][aria-label*="O₃"]').waitFor(SOON);
    expect(query().get('p')).toBe('o3');
    await picture(page, 'station');
    expect(problemsOf(page)).toEqual([]);
  });

  test('that have never come, and those that are old, say so', async () => {
    await open('/gt-vinh-dien');
    await seen('Trạm chưa gửi số liệu nào.');
    await seen('Không có số liệu trong khoảng thời gian này');
    await page.goto(`${field.url}/#/station/tt-ba-na`);
    await seen('Mất tín hiệu');
    expect(await page.locator('.now-row.is-stale').count()).toBeGreaterThan(3);
  });

  test('of a broken instrument or of a parameter that is new to the screens break nothing', async () => {
    await open('/nuoc-cau-do?p=ph');
    await plot().waitFor(SOON);
    await page.route('**/api/v1/stations', async (route) => {
      const response = await route.fetch();
      const answer = (await response.json()) as { stations: StationAnswer[] };
      const station = answer.stations.find(({ id }) => id === 'nuoc-cau-do');
      const [first] = station?.parameters ?? [];
      if (first) station?.parameters.push({ ...first, id: 'dark_matter', unit: 'odd/unit' });
      await route.fulfill({ response, json: answer });
    });
    const to = Date.now();
    const points = [-3, -2, -1].map((hours) => [to + hours * HOUR_MS, -(10 ** 30) * hours, 1]);
    await page.route('**/api/v1/readings?*', (route) =>
      route.fulfill({ json: { station: 'nuoc-cau-do', parameter: 'ph', unit: 'pH', points, cut: false } }),
    );
    await page.reload();
    await seen('dark_matter');
    await page.getByText(/cao nhất 3\.000\.000/).waitFor(SOON);
    expect(await isTooWide()).toBe(false);
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(`${field.url}/#/station/nuoc-cau-do/charts?p=ph`);
    await page.getByText(/cao nhất 3\.000\.000/).waitFor(SOON);
    expect(await isTooWide()).toBe(false);
    expect(problemsOf(page)).toEqual([]);
  });
});

describe('its chart', () => {
  test('asks for finer data when one zooms in, and the address says the time that is seen', async () => {
    await open('/nuoc-cau-do/charts?p=ph&span=30d');
    await plot().waitFor(SOON);
    const first = asked();
    const closer = page.getByRole('button', { name: 'Phóng to' });
    await page.getByRole('button', { name: 'Sớm hơn' }).click();
    await vi.waitFor(() => expect(query().get('from')).not.toBeNull(), SOON);
    for (let time = 0; time < 6; time++) await closer.click();
    // Half a month of means is half a day of readings, of which all are asked for.
    const moment = (name: string): number => Number(query().get(name));
    await vi.waitFor(() => expect(moment('to') - moment('from')).toBeLessThan(15 * HOUR_MS), SOON);
    const isSeen = ({ every, from, to }: Asked): boolean =>
      every === null && from <= moment('from') && to >= moment('to');
    await vi.waitFor(() => expect(first.some(isSeen)).toBe(true), SOON);
    expect(first[0]?.every).toBeGreaterThan(0);
    await page.getByRole('button', { name: '24 giờ' }).click();
    await vi.waitFor(() => expect(query().get('from')).toBeNull(), SOON);
  });

  test('is moved by the wheel, by dragging, by a double click and by keys', async () => {
    await open('/nuoc-cau-do/charts?p=ph&span=7d');
    await plot().waitFor(SOON);
    await page.getByText(/thấp nhất .* trung bình/).waitFor(SOON);
    const box = await page.locator('.u-over').boundingBox();
    if (box === null) throw new Error('there is no plot');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const span = (): number => Number(query().get('to')) - Number(query().get('from'));
    const to = (): number => Number(query().get('to'));

    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -300);
    await vi.waitFor(() => expect(span()).toBeGreaterThan(0), SOON);
    expect(span()).toBeLessThan(5 * 24 * HOUR_MS);
    const before = to();
    await page.mouse.down();
    await page.mouse.move(x + box.width / 4, y, { steps: 4 });
    await page.mouse.up();
    await vi.waitFor(() => expect(to()).toBeLessThan(before), SOON);

    await plot().focus();
    const wide = span();
    await page.keyboard.press('+');
    await vi.waitFor(() => expect(span()).toBeLessThan(wide * 0.6), SOON);
    await page.keyboard.press('ArrowLeft');
    await page.locator('.explorer-readout-value').waitFor(SOON);
    await page.keyboard.press('End');
    await vi.waitFor(() => expect(query().get('span')).not.toBeNull(), SOON);
    await page.mouse.dblclick(x, y);
    await vi.waitFor(() => expect(query().get('span')).toBe('24h'), SOON);
    expect(problemsOf(page)).toEqual([]);
  });

  test('is pinched by two fingers on a phone', async () => {
    await open('/nuoc-cau-do/charts?p=ph&span=7d', { phone: true });
    await page.getByText(/thấp nhất .* trung bình/).waitFor(SOON);
    await page.locator('.u-over').scrollIntoViewIfNeeded();
    const box = await page.locator('.u-over').boundingBox();
    if (box === null) throw new Error('there is no plot');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const device = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number) =>
      device.send('Input.dispatchTouchEvent', {
        type,
        touchPoints:
          type === 'touchEnd'
            ? []
            : [
                { x: x - apart, y, id: 1 },
                { x: x + apart, y, id: 2 },
              ],
      });
    await touch('touchStart', 20);
    for (const apart of [30, 45, 60, 80]) await touch('touchMove', apart);
    await touch('touchEnd', 80);
    await vi.waitFor(() => expect(query().get('from')).not.toBeNull(), SOON);
    const span = Number(query().get('to')) - Number(query().get('from'));
    expect(span).toBeLessThan(4 * 24 * HOUR_MS);
    expect(span).toBeGreaterThan(24 * HOUR_MS);
  });

  test('shows two parameters together, and gives both as a file', async () => {
    await open('/kk-hoi-an/charts?p=pm2_5');
    await plot().waitFor(SOON);
    await page.getByLabel('So sánh với').selectOption('air_temperature');
    await page.locator('[role=application][aria-label*="Nhiệt độ không khí"]').waitFor(SOON);
    expect(await page.locator('.explorer-readout-line').allInnerTexts()).toEqual([
      expect.stringMatching(/Bụi PM2.5[\s\S]*µg\/m³/),
      expect.stringMatching(/Nhiệt độ không khí[\s\S]*°C/),
    ]);
    await picture(page, 'station-charts');
    const href = await page.getByRole('link', { name: 'Tải tệp CSV' }).getAttribute('href');
    const answer = await page.request.get(field.url + href);
    expect(answer.status()).toBe(200);
    const lines = (await answer.text()).split('\r\n');
    expect(lines.length).toBeGreaterThan(400);
    expect(new Set(lines.slice(1, -1).map((line) => line.split(',')[1]))).toEqual(
      new Set(['pm2_5', 'air_temperature']),
    );
  });

  test('tells what came late, what is missing and what is flagged, in the key and as a table', async () => {
    await open('/kk-hoi-an/charts?span=24h&p=pm2_5');
    await seen('đến muộn hơn 10 phút');
    await page.goto(`${field.url}/#/station/kk-hoi-an/charts?span=30d&p=pm2_5`);
    await seen('không có số liệu');
    await seen('nghi ngờ');
    await seen('thấp nhất đến cao nhất');
    await page.getByText('Xem dạng bảng').click();
    await expect.poll(() => page.getByRole('row').count()).toBeGreaterThan(100);
  });

  test('of a year is there within 300 ms of its data', async () => {
    // As much as the API ever answers.
    const count = 10_900;
    await open('/nuoc-cau-do');
    await plot().waitFor(SOON);
    await page.route('**/api/v1/readings?*', async (route) => {
      const url = new URL(route.request().url());
      const to = Number(url.searchParams.get('to'));
      const points = Array.from({ length: count }, (_, index): ReadingsAnswer['points'][number] => [
        to - (count - index) * HOUR_MS,
        7 + Math.sin(index / 9),
        index % 400 === 0 ? 3 : 1,
      ]);
      await route.fulfill({
        json: { station: 'nuoc-cau-do', parameter: 'ph', unit: 'pH', points, cut: false },
      });
    });
    const times: number[] = [];
    for (const parameter of ['ph', 'cod', 'turbidity']) {
      await page.goto(`${field.url}/#/station/nuoc-cau-do/charts?span=1y&p=${parameter}`);
      await page.locator('[role=application]').waitFor(SOON);
      await seen('thấp nhất đến cao nhất');
      times.push(
        await page.evaluate(
          () => performance.getEntriesByName('quantrac.chart').at(-1)?.duration ?? Number.NaN,
        ),
      );
    }
    // The machine may be busy with something else meanwhile.
    expect(Math.min(...times)).toBeLessThan(300);
  });
});

describe('its data quality', () => {
  test('is a month of four numbers, and a day of it with the causes', async () => {
    await open('/kk-cau-rong/books');
    await seen(/Sổ đối soát ngày/);
    const days = page.locator('.books-day-cell:not([disabled])');
    await days.first().waitFor(SOON);
    const poor = page.locator('.books-look-less, .books-look-poor').first();
    if ((await poor.count()) === 0) await page.getByRole('button', { name: 'Tháng trước' }).click();
    await poor.waitFor(SOON);
    await poor.click();
    await vi.waitFor(() => expect(query().get('day')).toMatch(/^\d{4}-\d\d-\d\d$/), SOON);
    const [year, month, day] = (query().get('day') ?? '').split('-');
    await seen(`Sổ đối soát ngày ${day}/${month}/${year}`);
    await page.locator('.books-causes li').first().waitFor(SOON);
    await picture(page, 'station-books');
    expect(problemsOf(page)).toEqual([]);
  });
});

describe('its instruments and events', () => {
  test('the model of an instrument is told with its caveats and ranges', async () => {
    await open('/nuoc-cau-do/about');
    await seen(/Seeed Studio SenseCAP ONE/);
    await seen(/Lưu ý về thiết bị/);
    await seen('108,20300°');
    await picture(page, 'station-about');
  });

  test('a technician sets a photograph, which is made small, everybody sees it, and it is removed', async () => {
    page = await browser.loggedIn(field, 'technician', { path: '/#/station/nuoc-cau-do/about' });
    const choice = page.locator('input[type=file]');
    await choice.setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
    await seen('Trình duyệt không đọc được tệp này như một ảnh');
    // As large as a phone's camera makes it.
    const buffer = await page.evaluate(async () => {
      const large = new OffscreenCanvas(4000, 3000);
      large.getContext('2d')?.fillRect(0, 0, 2000, 3000);
      return [...new Uint8Array(await (await large.convertToBlob()).arrayBuffer())];
    });
    await choice.setInputFiles({ name: 'b.png', mimeType: 'image/png', buffer: Buffer.from(buffer) });
    await seen(/^technician đặt ảnh lúc/);
    const image = () => page.getByRole('img', { name: 'Ảnh chụp trạm' });
    const width = () => image().evaluate((own) => (own as HTMLImageElement).naturalWidth);
    await expect.poll(width, SOON).toBe(1280);
    expect(await axe(page)).toEqual([]);
    await picture(page, 'station-photo');
    expect(problemsOf(page)).toEqual([]);
    await page.close();

    await open('/nuoc-cau-do/about');
    await expect.poll(width, SOON).toBe(1280);
    expect(await page.getByRole('button', { name: 'Gỡ ảnh' }).count()).toBe(0);
    await page.close();

    page = await browser.loggedIn(field, 'technician', { path: '/#/station/nuoc-cau-do/about' });
    await page.getByRole('button', { name: 'Gỡ ảnh' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Gỡ ảnh' }).click();
    await seen('Thêm ảnh trạm');
    expect(await image().count()).toBe(0);
  });

  test('alerts, times out of service and changes of limits are one line of time', async () => {
    await open('/nuoc-song-han/events');
    await seen('Thay đầu đo độ đục');
    await seen('Thêm giới hạn mặn theo đề nghị của nhà máy nước');
    await seen('Oxy hòa tan (DO)');
    await page.getByRole('button', { name: 'Ngừng phục vụ' }).click();
    await vi.waitFor(async () => expect(await page.locator('.station-event').count()).toBe(1), SOON);
    await picture(page, 'station-events');
  });
});

describe('a link', () => {
  test('to no station or no part of one says so and leads on', async () => {
    await open('/no-such-station');
    await seen('Không có trạm này');
    await page.getByRole('link', { name: 'Xem mọi trạm' }).click();
    await page.getByLabel('Tìm').fill('cau rong');
    await seen('Không khí Cầu Rồng');
    expect(await page.locator('.station-links li').count()).toBe(2);
    await page.goto(`${field.url}/#/station/kk-cau-rong/nope`);
    await seen('Liên kết này không dẫn đến đâu');
    await page.goto(`${field.url}/#/station/kk-cau-rong/charts?p=constructor&span=__proto__&from=x`);
    await seen(/Trạm không đo “constructor”/);
    await plot().waitFor(SOON);
    expect(problemsOf(page)).toEqual([]);
  });

  test('outside the areas of a person is one to no station', async () => {
    page = await browser.loggedIn(field, 'ranger', { path: '/#/station/kk-cau-rong' });
    await seen('Không có trạm này');
  });
});

describe.each([
  ['a desk', {}],
  ['a desk in the dark', { dark: true }],
  ['a phone', { phone: true }],
] as const)('on %s', (_, device) => {
  test.each([
    '/kk-cau-rong',
    '/kk-san-bay',
    '/kk-hoi-an/charts?p=pm2_5&q=o3&span=30d',
    '/kk-cau-rong/books',
    '/nuoc-cau-do/about',
    '/nuoc-song-han/events',
    '',
  ])('%s is without fault', async (path) => {
    await open(path, device);
    await page.locator('main h2').first().waitFor(SOON);
    await page
      .locator('.skeleton')
      .first()
      .waitFor({ state: 'detached', ...SOON });
    expect(await axe(page)).toEqual([]);
    expect(await isTooWide()).toBe(false);
    expect(problemsOf(page)).toEqual([]);
    await picture(
      page,
      `station${path.replaceAll(/[^a-z0-9]+/g, '-')}${'phone' in device ? '-phone' : 'dark' in device ? '-dark' : ''}`,
    );
  });
});

test('a name with markup and 300 characters is a text, and whole in its title', async () => {
  await open('/kk-san-bay');
  const heading = page.locator('.station-title h2');
  await heading.waitFor(SOON);
  expect(await heading.getAttribute('title')).toBe(LONG_NAME);
  expect(await heading.locator('*').count()).toBe(0);
});
