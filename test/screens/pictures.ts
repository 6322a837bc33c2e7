/**
 * Pictures of every view, light, dark and on a phone, and of the wall: `node test/screens/pictures.ts [folder]`, docs/screens when
 * none is named. The data are those of the field of tests (field.ts).
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser, type PageOptions } from './browser.ts';
import { startField } from './field.ts';
import { SHOWN } from './views.ts';

const folder = process.argv[2] ?? join(import.meta.dirname, '../../docs/screens');
/** Fonts, map and charts come after what a view waits for. */
const CALM_MS = 1500;

const FORMS: ReadonlyArray<readonly [string, PageOptions]> = [
  ['light', { width: 1440, height: 900 }],
  ['dark', { width: 1440, height: 900, dark: true }],
  ['phone', { phone: true }],
];

async function take(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(CALM_MS);
  await page.screenshot({ path: join(folder, `${name}.jpg`), type: 'jpeg', quality: 70, scale: 'css' });
  console.log(name);
}

mkdirSync(folder, { recursive: true });
const field = await startField({ days: 35 });
const browser = await openBrowser();
try {
  field.live(4);
  for (const { name, path, user, ready } of SHOWN) {
    for (const [form, options] of FORMS) {
      const page = await browser.loggedIn(field, user, { ...options, path: `/#/${path}` });
      await page.locator(ready).first().waitFor();
      await take(page, `${name}-${form}`);
      await page.close();
    }
  }
  const login = await browser.open(field.url, { phone: true });
  await login.locator('input').first().waitFor();
  await take(login, 'login-phone');
  await login.close();
  const wall = await browser.loggedIn(field, 'viewer', { width: 3840, height: 2160, path: '/#/wall' });
  await wall.locator('.leaflet-container').first().waitFor();
  await take(wall, 'wall');
} finally {
  await browser.close();
  await field.stop();
}
