/** Forest fire and traffic as a ranger with a phone and an operator at a desk see them, of a field with a fire. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { DAY_MS, dayOf } from '../../devices/local-time.ts';
import { FIRE_LEVELS, type FireLevel } from '../../devices/standards/fire-levels.ts';
import type { IncidentAnswer, LatestReading, ReadingsAnswer, StationAnswer } from '../../devices/wire/api.ts';
import { axe, openBrowser, picture, problemsOf, type ScreensBrowser } from './browser.ts';
import { emptyField, type Field, startField } from './field.ts';
import type { FieldGateway } from './field-gateway.ts';
import { AREAS, LONG_NAME } from './field-stations.ts';

/** A browser beside a gateway on a busy machine. */
const SOON = { timeout: 20_000 };

vi.setConfig({ testTimeout: 60_000, hookTimeout: 240_000 });

let browser: ScreensBrowser;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
afterEach(() => page?.close());

/** The page is no wider than its window. */
const isTooWide = (): Promise<boolean> =>
  page.evaluate(() => {
    const main = document.querySelector('main');
    return main === null || main.scrollWidth > main.clientWidth;
  });

/** Answers of the gateway as they would be with other data. */
async function changed<T>(path: string, change: (answer: T) => void): Promise<void> {
  await page.route(`**/api/v1/${path}`, async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as T;
    change(answer);
    await route.fulfill({ response, json: answer });
  });
  await page.reload();
}

describe('with stations', () => {
  let field: Field;
  beforeAll(async () => {
    // The same weekday of two weeks before is within it.
    field = await startField({ days: 16 });
  });
  afterAll(() => field?.stop());

  const levelNow = async (): Promise<FireLevel> => {
    const { readings } = await field.call<{ readings: (LatestReading & { station: string })[] }>('latest');
    const levels = readings.filter(({ parameter }) => parameter === 'fire_level').map(({ value }) => value);
    return Math.max(...levels.map((value) => value ?? 0)) as FireLevel;
  };

  test('the sign shows the level that the gateway has derived, with what it is made of and asks for', async () => {
    page = await browser.loggedIn(field, 'operator', { path: '/#/fire' });
    const { roman, name } = FIRE_LEVELS[await levelNow()];
    const title = `${AREAS.hoaVang.vi}: cấp ${roman}, ${name.vi}`;
    await page.getByRole('img', { name: title }).waitFor();
    await page.locator('.fire-level', { hasText: `Cấp ${roman}${name.vi}` }).waitFor();
    const facts = page.locator('.fire-facts');
    await facts.waitFor();
    expect(await facts.innerText()).toMatch(/Chỉ số P\s+[\d.]+/);
    expect(await facts.innerText()).toMatch(/FWI lúc 12 giờ\s+[\d,]+/);
    await page.getByRole('heading', { name: 'Cấp này đòi hỏi' }).waitFor();
    await page.getByText('Cách tính').click();
    await page.getByText('QĐ 33/2022/QĐ-UBND').waitFor();
    expect(await axe(page)).toEqual([]);
    await picture(page, 'fire-desk');
    expect(problemsOf(page)).toEqual([]);
  });

  test('a ranger at 360 px sees the fire first: its posts, how they lie, the wind, what happened', async () => {
    page = await browser.loggedIn(field, 'ranger', { path: '/#/fire', phone: true, dark: true });
    const { incidents } = await field.call<{ incidents: IncidentAnswer[] }>('incidents');
    const [incident] = incidents;
    await page.getByRole('heading', { name: `Vụ cháy ${incident?.id} · 3 trạm` }).waitFor();
    const posts = page.getByRole('list', { name: 'Trạm báo cháy' }).getByRole('listitem');
    await expect.poll(() => posts.count(), SOON).toBe(3);
    const second = await posts.nth(1).innerText();
    expect(second).toContain('Chốt Hòa Bắc 2 – Tà Lang');
    expect(second).toContain('1,3 km về hướng Đông Bắc (54°)');
    expect(second).toContain('16°08′24″ Bắc 107°59′24″ Đông');
    const [latitude, longitude] = ['16.140000', '107.990000'];
    expect(await posts.nth(1).getByRole('link').last().getAttribute('href')).toBe(
      `geo:${latitude},${longitude}?q=${latitude},${longitude}`,
    );
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await posts.nth(1).getByRole('button', { name: 'Sao chép tọa độ' }).click();
    await posts.nth(1).getByRole('status').filter({ hasText: 'Đã sao chép tọa độ.' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('16.14000, 107.99000');
    await page
      .getByRole('region', { name: 'Gió hiện nay' })
      .getByText(/m\/s, cấp \d/)
      .waitFor();
    const events = page.getByRole('region', { name: 'Diễn biến' }).getByRole('listitem');
    const told = (await events.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
    expect(told[0]).toMatch(/Cảnh báo bắt đầu.*Chốt Hòa Bắc 1 – Khe Răm.*Khói/);
    expect(told[1]).toContain('Lên mức nặng hơn');
    expect(told.join()).toMatch(/Đã xác nhận.*Tổ tuần rừng số 2 đang lên/);
    expect(await isTooWide()).toBe(false);
    expect(await axe(page)).toEqual([]);
    await picture(page, 'fire-phone');
    expect(problemsOf(page)).toEqual([]);
  });

  test('the area that was looked at last is there again, until all are wanted', async () => {
    page = await browser.loggedIn(field, 'operator', { path: '/#/fire' });
    const area = page.getByRole('combobox', { name: 'Khu vực' });
    const comeBack = async (): Promise<string> => {
      await page.evaluate(() => {
        location.hash = '#/profile';
      });
      await page.getByRole('heading', { name: 'Hồ sơ của tôi' }).waitFor();
      await page.evaluate(() => {
        location.hash = '#/fire';
      });
      return area.inputValue();
    };
    expect(await area.inputValue()).toBe('');
    await area.selectOption(AREAS.hoaVang.vi);
    expect(await comeBack()).toBe(AREAS.hoaVang.vi);
    await area.selectOption('');
    expect(await comeBack()).toBe('');
    expect(problemsOf(page)).toEqual([]);
  });

  test('an acknowledgement on the fire page comes into the time line', async () => {
    page = await browser.loggedIn(field, 'ranger', { path: '/#/fire', phone: true });
    const alerts = page.getByRole('region', { name: 'Cảnh báo của vụ cháy' });
    const take = alerts.getByRole('button', { name: /^Xác nhận: .*Giàn Bí/ });
    await take.click();
    const events = page.getByRole('region', { name: 'Diễn biến' });
    await events
      .getByRole('listitem')
      .filter({ hasText: 'Đã xác nhận' })
      .filter({ hasText: 'Giàn Bí' })
      .waitFor();
    expect(await take.count()).toBe(0);
    expect(problemsOf(page)).toEqual([]);
  });

  test('an incident has an address, and a wrong one says so', async () => {
    page = await browser.loggedIn(field, 'viewer', { path: '/#/fire/1', locale: 'en-GB' });
    await page.getByRole('list', { name: 'Trạm báo cháy' }).waitFor();
    await page.evaluate(() => {
      location.hash = '#/fire/987654';
    });
    await page.getByText('Liên kết này không dẫn đến đâu').waitFor();
  });

  test('a level that is not published says why, in the words of the gateway', async () => {
    page = await browser.loggedIn(field, 'operator', { path: '/#/fire' });
    await changed<{ readings: LatestReading[] }>('latest', ({ readings }) => {
      for (const reading of readings)
        if (reading.parameter === 'fire_level') Object.assign(reading, { value: null, flag: 9 });
    });
    await changed<{ values: { parameter: string; value: number | null; note?: unknown }[] }>(
      'stations/*/derived',
      ({ values }) => {
        for (const value of values)
          if (value.parameter === 'fire_level')
            Object.assign(value, {
              value: null,
              note: { vi: 'không công bố: thiếu rain_total', en: 'without rain_total' },
            });
      },
    );
    await page.locator('.fire-roman', { hasText: 'Chưa có cấp' }).waitFor();
    await page.getByText('không công bố: thiếu rain_total').waitFor();
    expect(await page.getByText('Cấp này đòi hỏi').count()).toBe(0);
    expect(await axe(page)).toEqual([]);
  });

  test('a post of 300 characters with markup is text and breaks no page', async () => {
    page = await browser.loggedIn(field, 'operator', { path: '/#/fire', phone: true });
    await changed<{ stations: StationAnswer[] }>('stations', ({ stations }) => {
      for (const station of stations) Object.assign(station, { name: { vi: LONG_NAME, en: LONG_NAME } });
    });
    const posts = page.getByRole('list', { name: 'Trạm báo cháy' }).getByRole('listitem');
    await posts.first().waitFor();
    expect(await posts.first().innerText()).toContain('<img src=x onerror=alert(1)>');
    expect(await page.locator('main img').count()).toBe(0);
    expect(await isTooWide()).toBe(false);
    await page.evaluate(() => {
      location.hash = '#/traffic';
    });
    await page.getByRole('heading', { name: 'Hiện nay' }).waitFor();
    expect(await isTooWide()).toBe(false);
  });

  test('a day of the roads, hour by hour, is what the gateway has, and compares with the same weekday', async () => {
    const day = dayOf(Date.now() - 86_400_000);
    page = await browser.loggedIn(field, 'operator', { path: `/#/traffic?day=${day}&road=gt-cau-rong` });
    const from = Date.parse(`${day}T00:00:00+07:00`);
    const { points } = await field.call<ReadingsAnswer>(
      `readings?station=gt-cau-rong&parameter=traffic_flow&from=${from}&to=${from + 86_400_000}&every=3600`,
    );
    const flowAt = (hour: number): string =>
      Math.round(points.find(([at]) => at === from + hour * 3_600_000)?.[1] ?? 0).toLocaleString('vi-VN');
    const strip = page.getByRole('row', { name: /Giao thông Cầu Rồng/ }).first();
    await expect.poll(() => strip.getByRole('cell').nth(17).innerText(), SOON).toBe(flowAt(17));
    const hours = page
      .getByRole('region', { name: 'Theo giờ trong ngày: Giao thông Cầu Rồng' })
      .getByRole('table')
      .getByRole('row');
    const cells = hours.filter({ hasText: '17–18' }).getByRole('cell');
    await expect.poll(() => cells.count(), SOON).toBeGreaterThan(0);
    const [flow, speed, , service, usual, off] = await cells.allInnerTexts();
    expect(flow).toBe(flowAt(17));
    expect(Number(speed)).toBeGreaterThan(5);
    expect(service).toMatch(/^[A-F]$/);
    expect(usual).toMatch(/\d/);
    expect(off).toMatch(/%$/);
    expect(await axe(page)).toEqual([]);
    await picture(page, 'traffic-desk');
    expect(problemsOf(page)).toEqual([]);
  });

  test('level of service is a letter where it can be known, and elsewhere says why it cannot', async () => {
    page = await browser.loggedIn(field, 'operator', {
      // In the first hour of a day there is none yet.
      path: `/#/traffic?metric=level_of_service&day=${dayOf(Date.now() - DAY_MS)}`,
      phone: true,
    });
    const strip = page.getByRole('row', { name: /Giao thông Cầu Rồng/ }).first();
    await strip
      .getByRole('cell', { name: /^[A-F]$/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Nút giao Ngã ba Huế' }).click();
    await page.getByText('chưa khai báo số làn và hệ số quy đổi xe con').waitFor();
    const unset = page.getByRole('row', { name: /Nút giao Ngã ba Huế/ }).first();
    expect(await unset.getByRole('cell', { name: /^[A-F]$/ }).count()).toBe(0);
    expect(await isTooWide()).toBe(false);
    expect(await axe(page)).toEqual([]);
    await picture(page, 'traffic-phone');
    expect(problemsOf(page)).toEqual([]);
  });
});

describe('without any station', () => {
  let field: FieldGateway;
  beforeAll(async () => {
    field = await emptyField();
  });
  afterAll(() => field?.stop());

  test.each([
    ['fire', 'Chưa có trạm canh lửa nào'],
    ['traffic', 'Chưa có điểm đo giao thông nào'],
  ])('%s says what will be here', async (view, text) => {
    page = await browser.loggedIn(field, 'viewer', { path: `/#/${view}` });
    await page.getByText(text).waitFor();
    expect(await axe(page)).toEqual([]);
    expect(problemsOf(page)).toEqual([]);
  });
});
