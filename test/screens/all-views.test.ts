/** Every view in both languages: axe finds nothing, nothing fails in it, nothing is asked of another host, no text is missing. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasProgram } from '../support/programs.ts';
import { axe, openBrowser, problemsOf, type ScreensBrowser } from './browser.ts';
import { startField } from './field.ts';
import { SHOWN } from './views.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

describe.skipIf(!hasProgram('chromium'))('every view', () => {
  let field: Awaited<ReturnType<typeof startField>>;
  let browser: ScreensBrowser;

  beforeAll(async () => {
    field = await startField({ days: 2 });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await field?.stop();
  });

  test.each(SHOWN)('$name', async ({ path, user, ready }) => {
    const page = await browser.loggedIn(field, user, { path: `/#/${path}` });
    await page.locator(ready).first().waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByRole('button', { name: 'EN: English' }).click();
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('en');
    expect(await axe(page)).toEqual([]);
    const words = await page.locator('body').innerText();
    expect(words).not.toMatch(/undefined|\[object|NaN|\{\w+\}/);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await axe(page)).toEqual([]);
    expect(problemsOf(page)).toEqual([]);
    await page.close();
  });
});
