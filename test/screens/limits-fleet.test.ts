/** Limits and the fleet in a browser: a limit changed after its rehearsal, and what a technician does in front of a cabinet. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { QuarantineEntry, StationLimitsAnswer } from '../../devices/wire/api.ts';
import type { EdgeAnswer } from '../../devices/wire/edges.ts';
import { axe, openBrowser, type PageOptions, picture, problemsOf, type ScreensBrowser } from './browser.ts';
import { type Field, startField } from './field.ts';
import type { FieldGateway, UserName } from './field-gateway.ts';
import { LONG_NAME } from './field-stations.ts';
import { EARLY, RTL_NAME, TECHNICAL, type TechnicalField, technicalField } from './field-technical.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 240_000 });
const WAIT = { timeout: 30_000 };
/** What the browser itself writes of an answer that a test asks for on purpose. */
const REFUSED = /status of 4\d\d/;
/** Rehearsals of pages that were closed may still run: the next one waits. */
const BUSY = /status of 503/;

let browser: ScreensBrowser;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
afterEach(() => page?.close());

const visit = async (
  field: Pick<FieldGateway, 'url' | 'login'>,
  path: string,
  user: UserName,
  options: PageOptions = {},
): Promise<void> => {
  page = await browser.loggedIn(field, user, { path: `/#/${path}`, ...options });
};
const text = (words: string | RegExp) => page.getByText(words).first();
const shows = (words: string | RegExp) => text(words).waitFor(WAIT);
const button = (name: string | RegExp) => page.getByRole('button', { name }).first();
/** The page is no wider than its window. */
const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

describe('limits', () => {
  let field: Field;
  beforeAll(async () => {
    field = await startField({ days: 30 });
  });
  afterAll(() => field?.stop());

  const STATION = 'kk-cau-rong';
  const EDIT = `limits/${STATION}/edit/pm2_5/bui-min`;
  const inForce = () => field.call<StationLimitsAnswer>(`stations/${STATION}/limits`);
  const input = (name: RegExp) => page.getByRole('textbox', { name });
  const rehearsed = () => text('Đúng với ngưỡng đang sửa').waitFor(WAIT);
  /** Alerts of the limit in force and of the one that is tried. */
  const counts = () => page.locator('.told-count strong').allTextContents();

  test('a station is found by a part of its name without marks, and its limits are sentences with their source', async () => {
    await visit(field, 'limits', 'operator');
    await shows('Không khí Cầu Rồng');
    await page.getByRole('searchbox').fill('cau rong');
    await page.getByRole('link', { name: /Không khí Cầu Rồng/ }).click();
    await shows('Cảnh báo khi bụi PM2.5 từ 100 µg/m³ trở lên suốt 10 phút.');
    await shows('Hết khi xuống 80 µg/m³ hoặc thấp hơn.');
    await shows('Lưu ý khi O₃ trung bình 1 giờ không đạt QCVN 05:2023/BTNMT.');
    await shows('Tủ đo chưa áp dụng');
    await shows('Trở lại mức cũ sau khi họp với Sở');
    expect(await axe(page)).toEqual([]);
    expect(problemsOf(page)).toEqual([]);
  });

  test('a limit is changed after its rehearsal, with a reason, and the version before comes back', async () => {
    const before = await inForce();
    await visit(field, EDIT, 'operator');
    await rehearsed();
    const [present = '', same] = await counts();
    expect(same).toBe(present);
    await input(/^Hết khi xuống đến/).fill('40');
    await input(/^Cảnh báo từ/).fill('65,5');
    await shows('Cảnh báo khi bụi PM2.5 từ 65,5 µg/m³ trở lên suốt 10 phút.');
    await expect.poll(async () => Number((await counts())[1]), WAIT).toBeGreaterThan(Number(present));
    await rehearsed();
    expect((await counts())[0]).toBe(present);
    await page.locator('.rehearsed-one .tag', { hasText: 'Thêm mới' }).first().waitFor(WAIT);
    expect(await axe(page)).toEqual([]);
    await picture(page, 'limit-editor');
    await button('Lưu ngưỡng').click();
    await shows('Cần ghi lý do.');
    expect((await inForce()).version).toBe(before.version);
    await page.getByLabel('Lý do').fill('Mùa khô <b>2026</b>');
    await button('Lưu ngưỡng').click();
    await shows('Đã lưu. Tủ đo áp dụng từ lần đo kế tiếp.');
    await shows('Mùa khô <b>2026</b>');
    const after = await inForce();
    expect(after).toMatchObject({
      version: before.version + 1,
      by: 'operator',
      reason: 'Mùa khô <b>2026</b>',
    });
    expect(after.limits.find(({ name }) => name === 'bui-min')).toMatchObject({ raise: 65.5, clear: 40 });
    expect(after.limits.filter(({ name }) => name !== 'bui-min')).toEqual(
      before.limits.filter(({ name }) => name !== 'bui-min'),
    );

    const row = page.locator('.limit-version', { hasText: `Phiên bản ${before.version}` }).first();
    await row.getByRole('button', { name: 'Trở lại bản này' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Trở lại bản này' }).click();
    await expect.poll(async () => (await inForce()).version, WAIT).toBe(before.version + 2);
    expect((await inForce()).limits).toEqual(before.limits);
    expect(problemsOf(page).filter((problem) => !BUSY.test(problem))).toEqual([]);
  });

  test('a threshold is moved on the chart with the mouse and with the keys, and takes the other one along', async () => {
    await visit(field, EDIT, 'operator');
    const raise = page.getByRole('slider', { name: 'Cảnh báo từ' });
    await raise.waitFor(WAIT);
    const value = () => input(/^Cảnh báo từ/).inputValue();
    await raise.press('ArrowDown');
    expect(await value()).toBe('99,9');
    await raise.press('PageUp');
    expect(await value()).toBe('100,9');
    const box = await raise.boundingBox();
    if (box === null) throw new Error('the handle is not there');
    await page.mouse.move(box.x + 20, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(box.x + 20, box.y + 100, { steps: 5 });
    await page.mouse.up();
    const dragged = Number((await value()).replace(',', '.'));
    expect(dragged).toBeLessThan(80);
    expect(await input(/^Hết khi xuống đến/).inputValue()).toBe(await value());
    expect(problemsOf(page).filter((problem) => !BUSY.test(problem))).toEqual([]);
  });

  test('what is refused is told at its field, in Vietnamese, and is not saved', async () => {
    await visit(field, EDIT, 'operator');
    await input(/^Hết khi xuống đến/).fill('500,5');
    await shows('Mức hết 500,5 nằm sai phía so với mức cảnh báo 100.');
    expect(await button('Lưu ngưỡng').isDisabled()).toBe(true);
    await input(/^Hết khi xuống đến/).fill('1.000');
    await shows(/Viết liền nhóm nghìn/);
    await input(/^Hết khi xuống đến/).fill('abc');
    await shows('Đây không phải là số.');
    expect(await axe(page)).toEqual([]);
    expect(problemsOf(page).filter((problem) => !REFUSED.test(problem) && !BUSY.test(problem))).toEqual([]);
  });

  test('who was slower is told who saved what, and his change goes onto the newest version', async () => {
    await visit(field, EDIT, 'operator');
    await rehearsed();
    const { version, limits } = await inForce();
    await field.call(`stations/${STATION}/limits`, {
      body: {
        based_on: version,
        reason: 'Ôi nhiễm ban đêm',
        limits: limits.map((limit) => (limit.name === 'aqi-xau' ? { ...limit, level: 'critical' } : limit)),
      },
      method: 'PUT',
      as: 'admin',
    });
    await input(/^Cảnh báo từ/).fill('95');
    await page.getByLabel('Lý do').fill('thử');
    await button('Lưu ngưỡng').click();
    await shows(/admin đã lưu trước bạn/);
    await shows('Ôi nhiễm ban đêm');
    expect((await inForce()).version).toBe(version + 1);
    await button('Lưu đè lên bản mới nhất').click();
    await shows('Đã lưu. Tủ đo áp dụng từ lần đo kế tiếp.');
    const after = await inForce();
    expect(after.limits.find(({ name }) => name === 'bui-min')).toMatchObject({ raise: 95 });
    expect(after.limits.find(({ name }) => name === 'aqi-xau')).toMatchObject({ level: 'critical' });
  });

  test('a viewer sees limits and no way to edit them; a link that leads there says why', async () => {
    await visit(field, `limits/${STATION}`, 'viewer');
    await shows(/^Cảnh báo khi bụi PM2.5/);
    await shows(/Đặt ngưỡng cần vai trò/);
    for (const name of [/^Sửa/, 'Thêm ngưỡng', 'Trở lại bản này'])
      expect(await page.getByRole('link', { name }).or(page.getByRole('button', { name })).count()).toBe(0);
    await page.goto(`${field.url}/#/${EDIT}`);
    await shows('Tài khoản này chỉ được xem ngưỡng');
    expect(await axe(page)).toEqual([]);
    expect(problemsOf(page)).toEqual([]);
  });

  test('a station of 300 characters, one that is not there and a limit that is gone are borne, on a dark phone', async () => {
    await visit(field, 'limits/kk-san-bay', 'operator', { phone: true, dark: true });
    await shows(LONG_NAME);
    await shows('Trạm này chưa có ngưỡng nào');
    expect(await fits()).toBe(true);
    expect(await axe(page)).toEqual([]);
    await page.goto(`${field.url}/#/${EDIT}`);
    await page.locator('.told-count').first().waitFor(WAIT);
    expect(await fits()).toBe(true);
    expect(await axe(page)).toEqual([]);
    await picture(page, 'limit-editor-phone-dark');
    await page.goto(`${field.url}/#/limits/${STATION}/edit/pm2_5/khong-co`);
    await shows('Ngưỡng này không còn nữa');
    await page.goto(`${field.url}/#/limits/khong-co`);
    await shows('Liên kết này không dẫn đến đâu');
    expect(problemsOf(page)).toEqual([]);
  });
});

describe('the fleet of the field', () => {
  let field: Field;
  beforeAll(async () => {
    field = await startField({ days: 2 });
  });
  afterAll(() => field?.stop());

  test('edges stand worst first, and one of them shows its line, its instruments and how it was', async () => {
    await visit(field, 'fleet', 'technician');
    await page.locator('.edge-row').first().waitFor(WAIT);
    expect(await page.locator('.edge-who strong').allTextContents()).toEqual([
      ...['hop-cua-dai', 'hop-hoa-vang', 'hop-song-han', 'hop-hai-chau'],
    ]);
    await shows(/^Mất kết nối đã/);
    expect(await axe(page)).toEqual([]);
    await picture(page, 'fleet');
    await page.getByRole('link', { name: /hop-hoa-vang/ }).click();
    await shows('kế hoạch cần 112%: đường này không đọc kịp');
    await shows(/checksum: 9 of the last 20/);
    await shows('Đỉnh Bà Nà – Núi Chúa');
    await page.locator('.health-spark').nth(6).waitFor(WAIT);
    expect(await axe(page)).toEqual([]);
    await picture(page, 'edge');
    expect(problemsOf(page).filter((problem) => !BUSY.test(problem))).toEqual([]);
  });

  test('what is in quarantine is text, stays with its reason while its cause stands, and can be removed', async () => {
    await visit(field, 'fleet?tab=quarantine', 'technician');
    await shows('Thông số lạ “<script>alert(1)</script>”');
    const card = (reason: string) => page.locator('.quarantine-card', { hasText: reason });
    await card('unknown parameter "radon"').getByRole('button', { name: 'Chạy lại' }).click();
    await card('unknown parameter "radon"')
      .getByText(/^Vẫn bị giữ lại/)
      .waitFor(WAIT);
    expect(await axe(page)).toEqual([]);
    await card('unknown parameter "radon"').getByRole('button', { name: 'Bỏ hẳn' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Bỏ hẳn' }).click();
    await shows(/^Đã bỏ mục/);
    await expect.poll(() => card('radon').count(), WAIT).toBe(0);
    const { entries } = await field.call<{ entries: QuarantineEntry[] }>('quarantine');
    expect(entries.some(({ reason }) => reason.includes('radon'))).toBe(false);
    expect(problemsOf(page)).toEqual([]);
  });

  test('a destination is tested, and what it refused is looked at, sent again and discarded', async () => {
    await visit(field, 'fleet?tab=destinations', 'technician');
    const card = (id: string) =>
      page.locator('.destination', { has: page.getByRole('heading', { name: id, exact: true }) });
    await card('taking').getByRole('button', { name: 'Gửi thử' }).click();
    await card('taking').getByText('Đã chuyển đi.').waitFor(WAIT);
    await card('full').getByRole('button', { name: 'Gửi thử' }).click();
    await card('full').getByText('Không gửi được.').waitFor(WAIT);
    await card('picky')
      .getByRole('link', { name: /mục bị từ chối/ })
      .click();
    const letter = card('picky').locator('.letter').first();
    await letter.getByText('Nội dung').click();
    await letter.locator('pre', { hasText: '"kind"' }).waitFor(WAIT);
    expect(await axe(page)).toEqual([]);
    const number = await letter.locator('strong').first().textContent();
    await letter.getByRole('button', { name: 'Bỏ', exact: true }).click();
    await letter.getByRole('button', { name: 'Bỏ hẳn, không gửi nữa' }).click();
    await expect
      .poll(
        () =>
          card('picky')
            .locator('.letter strong', { hasText: number ?? '' })
            .count(),
        WAIT,
      )
      .toBe(0);
    expect(problemsOf(page)).toEqual([]);
  });

  test('people are for admins: each with channels, duty and a test that says what became of it', async () => {
    await visit(field, 'fleet?tab=people', 'technician');
    await shows('Tài khoản này không được xem phần này');
    expect(await page.getByRole('link', { name: 'Người nhận tin' }).count()).toBe(0);
    expect(problemsOf(page).filter((problem) => !REFUSED.test(problem))).toEqual([]);
    await page.close();
    await visit(field, 'fleet?tab=people', 'admin');
    await shows('thứ hai đến thứ sáu, 07:00–19:00');
    await shows('Alex <i>Developer</i>');
    await button('Gửi thử cho Trần Thị Ngọc Lan').click();
    await page.locator('.tested').first().waitFor(WAIT);
    expect(await axe(page)).toEqual([]);
    expect(problemsOf(page)).toEqual([]);
  });

  test('without the gateway what is shown stays, with its age', async () => {
    await visit(field, 'fleet', 'technician');
    await page.locator('.edge-row').first().waitFor(WAIT);
    await page.route('**/api/v1/edges', (route) => route.abort());
    await shows(/^Chưa cập nhật được/);
    expect(await page.locator('.edge-row').count()).toBe(4);
  });
});

describe('in front of a cabinet', () => {
  let field: TechnicalField;
  beforeAll(async () => {
    field = await technicalField();
  });
  afterAll(() => field?.stop());

  test('a dangerous write is asked for in two steps on a phone, and done when a second person approves', async () => {
    await visit(field, `fleet/${TECHNICAL.big}?part=commands`, 'technician', { phone: true });
    await button('Ghi một điểm').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Điểm ghi').selectOption('cong');
    await dialog.getByLabel('Giá trị').fill('101');
    await dialog.getByRole('button', { name: 'Xem lại' }).click();
    await dialog.getByText('Giá trị này không được phép.').waitFor(WAIT);
    await dialog.getByText('Cần ghi lý do.').waitFor(WAIT);
    await dialog.getByLabel('Giá trị').fill('40');
    await dialog.getByLabel('Lý do').fill('lũ về');
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Xem lại' }).click();
    await dialog.getByText('Ghi 40 vào “Cửa cống” của climate · Cầu Đỏ').waitFor(WAIT);
    await dialog.getByRole('button', { name: 'Xin người thứ hai duyệt' }).click();
    await shows('Chờ người thứ hai');
    await shows(/^Đang chờ một kỹ thuật viên khác/);
    expect(await fits()).toBe(true);
    expect(await axe(page)).toEqual([]);
    expect(problemsOf(page)).toEqual([]);
    expect(field.told.filter(({ kind }) => kind === 'write')).toEqual([]);
    await page.close();

    await visit(field, `fleet/${TECHNICAL.big}?part=commands`, 'admin');
    await button('Xem để duyệt').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Duyệt, làm ngay' }).click();
    await shows('technician yêu cầu');
    await shows('admin duyệt');
    await page.locator('.command .tag-good').first().waitFor(WAIT);
    expect(field.told).toContainEqual(expect.objectContaining({ kind: 'write', write: 'cong', value: 40 }));
    expect(await axe(page)).toEqual([]);
    expect(problemsOf(page)).toEqual([]);
  });

  test('registers are read, and the log of an edge is text whatever is in it', async () => {
    await visit(field, `fleet/${TECHNICAL.big}?part=commands`, 'technician');
    for (const [name, fill] of [
      ['Đọc thanh ghi', { field: 'Địa chỉ đầu', value: '7' }],
      ['Trích nhật ký', { field: 'Số dòng (1 đến 500)', value: '2' }],
    ] as const) {
      await button(name).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(fill.field).fill(fill.value);
      await dialog.getByLabel('Lý do').fill('so với màn hình');
      await dialog.getByRole('button', { name: 'Xem lại' }).click();
      await dialog.getByRole('button', { name: 'Gửi lệnh' }).click();
    }
    await page.getByRole('rowheader', { name: '16', exact: true }).waitFor(WAIT);
    await shows('FFFF');
    await button('Xem nhật ký').click();
    await page.locator('.log-lines', { hasText: '<script>alert(1)</script>' }).waitFor(WAIT);
    expect(await axe(page)).toEqual([]);
    expect(problemsOf(page)).toEqual([]);
  });

  test('a configuration is checked, compared and sent on trial; that the edge took it back is told with why', async () => {
    await visit(field, `fleet/${TECHNICAL.big}?part=config`, 'technician');
    await shows('Gửi cấu hình xuống tủ cần vai trò Quản trị viên.');
    expect(await page.getByRole('button', { name: 'Sửa cấu hình' }).count()).toBe(0);
    await page.close();
    await visit(field, `fleet/${TECHNICAL.big}?part=config`, 'admin');
    await button('Sửa cấu hình').click();
    const area = page.getByLabel('Cấu hình mới (YAML)');
    const runs = await area.inputValue();
    await area.fill(runs.replace('period_s: 30', 'period_s: -1'));
    await button('Kiểm tra').click();
    await shows('Chưa gửi được');
    await area.fill(runs.replace('period_s: 30', 'period_s: 5'));
    await button('Kiểm tra').click();
    await shows('Tủ sẽ nhận được bản này.');
    await page.locator('.diff .is-removed', { hasText: 'period_s: 30' }).waitFor(WAIT);
    await page.locator('.diff .is-added', { hasText: 'period_s: 5' }).waitFor(WAIT);
    expect(await axe(page)).toEqual([]);
    await button('Gửi xuống tủ, chạy thử').click();
    await page.locator('.config-version-reason', { hasText: '40 of 100 readings came' }).waitFor(WAIT);
    await page.getByRole('link', { name: /^Phiên bản 2/ }).click();
    await page.getByRole('cell', { name: '30' }).first().waitFor(WAIT);
    expect(await axe(page)).toEqual([]);
    expect(problemsOf(page)).toEqual([]);
  });

  test('what was refused is stored when it is run again after its cause was mended', async () => {
    await visit(field, 'fleet?tab=quarantine', 'technician');
    await shows(`Trạm lạ “${EARLY}”: tủ đo này chưa khai báo`);
    await button('Chạy lại').waitFor(WAIT);
    const run = page.locator('.quarantine-card').getByRole('button', { name: 'Chạy lại' });
    await run.click();
    await shows(/^Vẫn bị giữ lại/);
    await field.mend();
    await run.click();
    await shows(/đã nhận 1 số đo/);
    await shows('Không có gì bị giữ lại');
    expect(problemsOf(page)).toEqual([]);
  });

  test('an edge is thrown out only when its name is typed', async () => {
    await visit(field, `fleet/${TECHNICAL.quiet}?part=access`, 'admin');
    await button(/^Thu hồi/).click();
    const dialog = page.getByRole('dialog');
    const revoke = dialog.getByRole('button', { name: 'Thu hồi', exact: true });
    await dialog.getByLabel('Lý do').fill('mất tủ');
    await dialog.getByLabel(/^Gõ/).fill(TECHNICAL.big);
    expect(await revoke.isDisabled()).toBe(true);
    await dialog.getByLabel(/^Gõ/).fill(TECHNICAL.quiet);
    expect(await axe(page)).toEqual([]);
    await revoke.click();
    await dialog.getByText(/Mật khẩu cũng đã bị bỏ/).waitFor(WAIT);
    const { edges } = await field.call<{ edges: { edge: string; login: string }[] }>('certificates');
    expect(edges.find(({ edge }) => edge === TECHNICAL.quiet)?.login).toBe('nothing');
    expect(problemsOf(page)).toEqual([]);
  });

  test('200 instruments, names from right to left, 300 characters and an edge that never told its health are borne', async () => {
    await visit(field, `fleet/${TECHNICAL.big}`, 'technician');
    await page.locator('.line-card').nth(1).waitFor(WAIT);
    expect(await page.locator('.unit-row').count()).toBe(24);
    expect(await page.locator('.unit-row').first().textContent()).toContain('không trả lời trong 500 ms');
    await button('Xem cả 100 thiết bị').click();
    expect(await page.locator('.line-card').first().locator('.unit-row').count()).toBe(100);
    await page.goto(`${field.url}/#/fleet/${TECHNICAL.quiet}`);
    await shows(/^Tủ này chưa từng báo tình trạng máy/);
    await page.close();

    await visit(field, `fleet/${TECHNICAL.strange}`, 'technician', { phone: true });
    await shows(RTL_NAME);
    expect(await fits()).toBe(true);
    expect(await axe(page)).toEqual([]);
    await page.route('**/api/v1/edges', async (route) => {
      const response = await route.fetch();
      const { edges } = (await response.json()) as { edges: EdgeAnswer[] };
      for (const edge of edges)
        edge.versions = { quantrac: `<b>${'v\u202e1'.repeat(100)}`, node: '', os: 'x'.repeat(300) };
      await route.fulfill({ response, json: { edges } });
    });
    for (const phone of [true, false]) {
      if (!phone) await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(`${field.url}/#/fleet`);
      await page.locator('.edge-row').first().waitFor(WAIT);
      expect(await fits()).toBe(true);
      expect(await axe(page)).toEqual([]);
    }
    expect(problemsOf(page)).toEqual([]);
  });
});
