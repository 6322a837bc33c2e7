/** Air and water as the environment staff use them: indices now and by day, how they came about, exceedances, the month report. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { DAY_MS, dayOf } from '../../devices/local-time.ts';
import type { DerivedAnswer } from '../../devices/wire/api.ts';
import type { DerivedListAnswer, ExceedancesAnswer } from '../../devices/wire/derived.ts';
import { axe, openBrowser, picture, problemsOf, type ScreensBrowser } from './browser.ts';
import { emptyField, type Field, startField } from './field.ts';
import type { FieldGateway } from './field-gateway.ts';
import { AREAS, LONG_NAME } from './field-stations.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 240_000 });

let browser: ScreensBrowser;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
afterEach(() => page?.close());

const isTooWide = (): Promise<boolean> =>
  page.evaluate(() => {
    const main = document.querySelector('main');
    return main === null || main.scrollWidth > main.clientWidth;
  });

describe('with stations', () => {
  let field: Field;
  beforeAll(async () => {
    field = await startField({ days: 12 });
  });
  afterAll(() => field?.stop());

  const derivedValue = async (station: string, parameter: string) => {
    const { values } = await field.call<DerivedAnswer>(`stations/${station}/derived`);
    const found = values.find((one) => one.parameter === parameter);
    if (found === undefined) throw new Error(`${station} has no ${parameter}`);
    return found;
  };
  const card = (name: string) => page.locator('.aw-card', { hasText: name });

  test('every air station shows its index with the official colour, name, dominant parameter and advice', async () => {
    page = await browser.loggedIn(field, 'viewer', { path: '/#/air-water' });
    const { value, category, dominant } = await derivedValue('kk-cau-rong', 'vn_aqi');
    const own = card('Không khí Cầu Rồng');
    const badge = own.locator('.aw-badge-large');
    await badge.waitFor();
    expect(await badge.innerText()).toBe(String(value));
    const colour = await badge.evaluate((element) => getComputedStyle(element).backgroundColor);
    const [, red = '', green = '', blue = ''] = /^#(..)(..)(..)$/.exec(category?.colour ?? '') ?? [];
    expect(colour).toBe(`rgb(${[red, green, blue].map((hex) => Number.parseInt(hex, 16)).join(', ')})`);
    const words = await own.innerText();
    expect(words).toContain(category?.name.vi);
    expect(words).toContain(category?.advice?.vi);
    expect(dominant).toBe('pm2_5');
    expect(words).toContain('chủ đạo PM2.5');
    await own.locator('.aw-bar-place').first().waitFor();
    expect(await own.locator('.aw-bar-place').count()).toBe(30);
    expect(await own.locator('figcaption').innerText()).toMatch(/^30 ngày: .*Trung bình.*không có số liệu/);
    expect(await axe(page)).toEqual([]);
    await picture(page, 'air-desk');
  });

  test('the filter by area leaves its stations only, and a name with markup is text', async () => {
    page = await browser.loggedIn(field, 'viewer', { path: '/#/air-water' });
    await card('Không khí Cầu Rồng').waitFor();
    expect(await page.getByRole('heading', { name: LONG_NAME }).count()).toBe(1);
    await page.getByLabel('Khu vực').selectOption(AREAS.hoiAn.vi);
    await card('Không khí Cầu Rồng').waitFor({ state: 'detached' });
    expect(await page.locator('.aw-card').count()).toBe(1);
  });

  test('a click tells how an index came about; a day of the calendar and an hour are looked into as well', async () => {
    page = await browser.loggedIn(field, 'viewer', { path: '/#/air-water' });
    await card('Không khí Cầu Rồng').getByRole('link').click();
    const how = page.getByLabel('Cách tính');
    await how.getByRole('heading', { name: 'Chỉ số thành phần' }).waitFor();
    const { parts = {} } = await derivedValue('kk-cau-rong', 'vn_aqi');
    expect(await how.locator('.aw-part').count()).toBe(Object.keys(parts).length);
    expect(await how.locator('.aw-part.is-dominant').innerText()).toContain('PM2.5');
    const told = await how.innerText();
    expect(told).toMatch(/PM2\.5 NowCast\s+[\d,]+ µg\/m³\s+\d+\/12 \(\d+ %\)/);
    expect(told).toContain('Quyết định 1459/QĐ-TCMT');
    expect(told).toMatch(/PM2\.5\s\(24\sh\)\s+[\d,]+\s+45\s+(Đạt|Vượt)/);

    const day = await derivedValue('kk-cau-rong', 'vn_aqi_day');
    await page.locator('.aw-date').last().click();
    const date = dayOf(day.at - 1).split('-');
    await how.getByText(`VN_AQI ngày ${date.toReversed().join('/')}`).waitFor();
    expect(await how.locator('.aw-badge-large').innerText()).toBe(String(day.value));
    expect(await page.locator('.aw-date').last().getAttribute('aria-pressed')).toBe('true');

    await page.locator('.aw-hour').last().click();
    await how.getByText(/^VN_AQI giờ, /).waitFor();
    expect(await axe(page)).toEqual([]);
    await picture(page, 'air-method');
  });

  test('VN_WQI says that it is for reference, and what is not published says why', async () => {
    page = await browser.loggedIn(field, 'viewer', { path: '/#/air-water/water', dark: true });
    const own = card('Nhà máy nước Cầu Đỏ');
    await own.locator('.aw-badge-large').waitFor();
    const { value, category, note } = await derivedValue('nuoc-cau-do', 'vn_wqi');
    const words = await own.innerText();
    expect(words).toContain(String(value));
    expect(words).toContain(category?.name.vi);
    expect(words).toContain(note?.vi);
    const why = { vi: 'không công bố: thiếu số liệu', en: 'not published: no data' };
    await page.route('**/api/v1/derived?kind=water*', async (route) => {
      const response = await route.fetch();
      const answer = (await response.json()) as DerivedListAnswer;
      for (const { station, values } of answer.stations)
        if (station === 'nuoc-song-han')
          for (const one of values)
            Object.assign(one, { value: null, flag: 9, note: why, category: undefined });
      await route.fulfill({ response, json: answer });
    });
    await page.reload();
    const without = card('Sông Hàn');
    await without.getByText(why.vi).waitFor();
    expect(await without.locator('.aw-step').innerText()).toBe('Không công bố');
    expect(await page.locator('.aw-card').last().innerText()).toContain('Sông Hàn');
    expect(await axe(page)).toEqual([]);
    await picture(page, 'water-dark');
  });

  test('exceedances are of the averaging time of each limit: how many of how many, the worst, when', async () => {
    page = await browser.loggedIn(field, 'viewer', { path: '/#/air-water/exceedances?days=7' });
    const to = dayOf(Date.now() - DAY_MS);
    const from = dayOf(Date.now() - 30 * DAY_MS);
    const ofKind = (kind: string) =>
      field.call<ExceedancesAnswer>(`derived/exceedances?kind=${kind}&from=${from}&to=${to}`);
    await page.getByText(/đến hết/).waitFor();
    await page.getByRole('button', { name: '30 ngày' }).click();
    const stations = [...(await ofKind('air')).stations, ...(await ofKind('water')).stations];
    const above = stations.flatMap(({ rows }) => rows).filter(({ exceeded }) => exceeded > 0);
    expect(above.length).toBeGreaterThan(0);
    await expect
      .poll(() => page.locator('.aw-exceedances tbody tr').count())
      .toBe(stations.flatMap(({ rows }) => rows).length);
    const dust = stations
      .find(({ station }) => station === 'kk-hoi-an')
      ?.rows.find(({ parameter }) => parameter === 'pm2_5_24h');
    const row = page.locator('.aw-exceedances tr', { hasText: 'Phố cổ Hội An' }).filter({ hasText: 'PM2.5' });
    expect(await row.innerText()).toContain(`${dust?.exceeded}/${dust?.of} ngày`);
    await row.getByRole('link').click();
    await page.getByLabel('Cách tính').getByText('Vượt', { exact: true }).first().waitFor();
    await page.goBack();
    await page.locator('.aw-exceedances').first().waitFor();

    // Of water: hours with a sample below the lowest value of the class that its limit names.
    const oxygen = stations
      .find(({ station }) => station === 'nuoc-cau-do')
      ?.rows.find(({ parameter }) => parameter === 'dissolved_oxygen');
    expect(oxygen).toMatchObject({ side: 'below', by: 'sample_hour', exceeded: expect.any(Number) });
    const river = await page
      .locator('tr', { hasText: 'Nhà máy nước Cầu Đỏ' })
      .filter({ hasText: 'Oxy hòa tan' })
      .innerText();
    for (const words of [
      `${oxygen?.exceeded}/${oxygen?.of} giờ`,
      '≥\u00a05 mg/L',
      'QCVN 08:2023, bảng 2, mức B',
    ])
      expect(river).toContain(words);
    const unclassed = page.locator('.aw-unclassed').getByRole('link', { name: 'Sông Hàn' });
    expect(await unclassed.getAttribute('href')).toBe('#/limits/nuoc-song-han');

    // Twelve days are no year: their mean is shown, and not judged.
    await page.getByText('Chưa đủ số ngày').click();
    const year = page.locator('.aw-year-means tr', { hasText: 'Phố cổ Hội An' }).filter({ hasText: 'PM2.5' });
    expect(await year.innerText()).toMatch(/≤\s25 µg\/m³\s.*1\d\/365 \(3 %\)\s+Chưa đủ ngày/);
    expect(await axe(page)).toEqual([]);
  });

  describe('the report of a month', () => {
    const month = dayOf(Date.now() - 2 * DAY_MS).slice(0, 7);

    test('is a sheet of A4 for each station, without the screen around it', async () => {
      page = await browser.loggedIn(field, 'viewer', { path: `/#/air-water/report?month=${month}` });
      await page.getByText('Chọn ít nhất một trạm').waitFor();
      await page.getByRole('checkbox', { name: 'Phố cổ Hội An' }).check();
      await page.getByRole('checkbox', { name: LONG_NAME }).check();
      await page.getByRole('checkbox', { name: 'Nhà máy nước Cầu Đỏ' }).check();
      await page.locator('.aw-sheet').nth(2).waitFor();
      expect(await axe(page)).toEqual([]);
      const sheet = await page.locator('.aw-sheet', { hasText: 'kk-hoi-an' }).innerText();
      const [year, number] = month.split('-');
      for (const words of [
        'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
        'BÁO CÁO KẾT QUẢ QUAN TRẮC KHÔNG KHÍ TỰ ĐỘNG',
        `Tháng ${number}/${year}`,
        AREAS.hoiAn.vi,
        'Người lập',
        'Thủ trưởng đơn vị',
        'QCVN 05:2023/BTNMT',
      ])
        expect(sheet).toContain(words);
      // A row: dust of the day, the index with its name, the share of data.
      expect(sheet).toMatch(/\d\d\/\d\d\t[\d,]+\*?\t.*\d+ (Tốt|Trung bình|Kém|Xấu)\t.*\t100,0/);

      await page.emulateMedia({ media: 'print' });
      for (const around of ['.tab-line', '.aw-report-form', '.top-bar, header.top', 'nav'])
        expect(await page.locator(around).filter({ visible: true }).count(), around).toBe(0);
      // 190 x 277 mm within the margins, at 96 points an inch.
      await page.setViewportSize({ width: 718, height: 1046 });
      const boxes = await page.$$eval('.aw-sheet', (all) =>
        all.map((one) => [one.scrollWidth, one.getBoundingClientRect().height]),
      );
      for (const [width = 0, height = 0] of boxes) {
        expect(width).toBeLessThanOrEqual(718);
        expect(height).toBeLessThanOrEqual(1046);
      }
      await picture(page, 'report-print');
      const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
      expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(3);
    });

    test('is a CSV file that Excel reads', async () => {
      const stations = 'kk-hoi-an,nuoc-cau-do';
      page = await browser.loggedIn(field, 'viewer', {
        path: `/#/air-water/report?month=${month}&station=${stations}`,
      });
      const waiting = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Tải tệp CSV' }).click();
      const download = await waiting;
      expect(download.suggestedFilename()).toBe(`quantrac_${month}.csv`);
      const text = await readFile(await download.path(), 'utf8');
      expect(text.charCodeAt(0)).toBe(0xfeff);
      const [head = '', ...lines] = text.slice(1).trimEnd().split('\r\n');
      const names = head.split(',');
      expect(names.slice(0, 5)).toEqual(['station', 'station_name', 'area', 'day', 'pm2_5_24h [ug/m3]']);
      const rows = lines.map((line) => {
        const fields = line.split(',');
        return Object.fromEntries(names.map((name, at) => [name, fields[at]]));
      });
      const day = await derivedValue('kk-hoi-an', 'vn_aqi_day');
      const own = rows.find((row) => row.station === 'kk-hoi-an' && row.day === dayOf(day.at - 1));
      expect(own).toMatchObject({
        station_name: 'Phố cổ Hội An',
        vn_aqi_day: String(day.value),
        category: day.category?.name.vi,
        'pm2_5_24h [ug/m3]': expect.stringMatching(/^\d+\.\d$/),
        complete_percent: expect.stringMatching(/^\d+\.\d$/),
      });
      expect(rows.some((row) => row.station === 'nuoc-cau-do' && row.vn_wqi_min !== '')).toBe(true);
      expect(problemsOf(page)).toEqual([]);
    });
  });

  test.each(['', '/water', '/air/kk-cau-rong', '/exceedances', '/report?station=kk-hoi-an'])(
    'air-water%s works on a phone, in English, without a problem',
    async (path) => {
      page = await browser.loggedIn(field, 'viewer', { path: `/#/air-water${path}`, phone: true });
      await page.evaluate(() => localStorage.setItem('quantrac.language', 'en'));
      await page.reload();
      await page.getByRole('heading', { name: 'Air, water' }).waitFor();
      await page.locator('.aw-card, .aw-how h4, .aw-exceedances, .aw-sheet').first().waitFor();
      expect(await isTooWide()).toBe(false);
      expect(await axe(page)).toEqual([]);
      expect(problemsOf(page)).toEqual([]);
      await picture(page, `air-water-phone${path.replaceAll(/\W+/g, '-')}`);
    },
  );

  test('a link to a station of another kind, or to nothing, says so', async () => {
    for (const path of ['air/nuoc-cau-do', 'water/no-such', 'soil', 'exceedances/kk-cau-rong']) {
      page = await browser.loggedIn(field, 'viewer', { path: `/#/air-water/${path}` });
      await page.getByText('Liên kết này không dẫn đến đâu').waitFor();
      await page.close();
    }
  });

  test('a gateway that does not answer is told, with a way to ask again', async () => {
    page = await browser.loggedIn(field, 'viewer', { path: '/#/' });
    await page.route('**/api/v1/derived**', (route) => route.abort());
    await page.evaluate(() => {
      location.hash = '#/air-water';
    });
    await page.getByText('Không tải được phần này').waitFor();
    await page.unroute('**/api/v1/derived**');
    await page.getByRole('button', { name: 'Thử lại' }).click();
    await card('Không khí Cầu Rồng').waitFor();
  });
});

describe('without stations', () => {
  let field: FieldGateway;
  beforeAll(async () => {
    field = await emptyField();
  });
  afterAll(() => field?.stop());

  test.each([
    ['air-water', 'Chưa có trạm không khí nào ở đây'],
    ['air-water/water', 'Chưa có trạm nước nào ở đây'],
    ['air-water/exceedances', 'Chưa có số liệu nào để so sánh'],
    ['air-water/report', 'Chưa có trạm không khí nào ở đây'],
  ])('%s says what is missing', async (path, words) => {
    page = await browser.loggedIn(field, 'viewer', { path: `/#/${path}` });
    await page.getByText(words).waitFor();
    expect(await axe(page)).toEqual([]);
    expect(problemsOf(page)).toEqual([]);
  });
});
