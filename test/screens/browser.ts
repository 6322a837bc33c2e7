/** The screens of a field in a real browser: the system's Chromium, pages of somebody who is logged in, what went wrong in them. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { FieldGateway, UserName } from './field-gateway.ts';

/** Chromium without what a person sees of it takes two thirds of the time. Notifications are shown by the whole one only. */
const SHELL = '/usr/bin/chromium-headless-shell';
const WHOLE = '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly locale?: 'vi-VN' | 'en-GB';
  /** A telephone with a touch screen, 360 x 740 unless said otherwise. */
  readonly phone?: boolean;
}

export interface ScreensBrowser {
  /** A page at `path` of a gateway, in a context of its own. */
  open(url: string, options?: PageOptions & Pick<BrowserContextOptions, 'storageState'>): Promise<Page>;
  /** The same with a session of a user of the field. */
  loggedIn(
    field: Pick<FieldGateway, 'url' | 'login'>,
    user: UserName,
    options?: PageOptions & { readonly path?: string },
  ): Promise<Page>;
  close(): Promise<void>;
}

const problems = new WeakMap<Page, string[]>();

/** Errors of the page and of its console (what the content security policy blocks is told there), and requests to other hosts. */
export const problemsOf = (page: Page): readonly string[] => problems.get(page) ?? [];

function watch(page: Page, origin: string): void {
  const found: string[] = [];
  problems.set(page, found);
  page.on('pageerror', (error) => found.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') found.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && new URL(url).origin !== origin) found.push(url);
  });
}

export async function openBrowser({ whole = false } = {}): Promise<ScreensBrowser> {
  const executablePath = whole || !existsSync(SHELL) ? WHOLE : SHELL;
  const browser = await chromium.launch({ executablePath, args: ARGS });
  const open: ScreensBrowser['open'] = async (url, { storageState, ...options } = {}) => {
    const { phone = false, dark = false, locale = 'vi-VN' } = options;
    const { width = phone ? 360 : 1440, height = phone ? 740 : 900 } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      locale,
      timezoneId: 'Asia/Ho_Chi_Minh',
      colorScheme: dark ? 'dark' : 'light',
      ...(phone && { hasTouch: true, isMobile: true, deviceScaleFactor: 2 }),
      ...(storageState !== undefined && { storageState }),
    });
    const page = await context.newPage();
    watch(page, new URL(url).origin);
    // With it its context goes, so that a run of many pages does not fill the memory.
    page.once('close', () => void context.close().catch(() => {}));
    await page.goto(url);
    return page;
  };
  return {
    open,
    loggedIn: async (field, user, { path = '/', ...options } = {}) =>
      open(new URL(path, field.url).href, { ...options, storageState: await field.login(user) }),
    close: () => browser.close(),
  };
}

/**
 * What axe finds, each as its rule and the elements. The screens have no frames of other origins, for which alone it would open a
 * page of its own, and nobody reads what is in order: that is a quarter of the time.
 */
export async function axe(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .options({ resultTypes: ['violations'], preload: false })
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Writes `{name}.png` into a folder, that of SCREENS_PICTURES when none is given; answers where, or null without a folder. */
export async function picture(
  page: Page,
  name: string,
  folder: string | undefined = process.env.SCREENS_PICTURES,
): Promise<string | null> {
  if (folder === undefined) return null;
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  return path;
}
