/**
 * Draws the icons of a phone's home screen from public/icon.svg, with the system's Chromium. Run it when the mark changes:
 *
 *   node dashboards/draw-icons.ts
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const PUBLIC = join(import.meta.dirname, 'public');
const TEAL = '#0e7068';

const svg = await readFile(join(PUBLIC, 'icon.svg'), 'utf8');
const line = /<path [^>]+\/>/.exec(svg)?.[0] ?? '';

/** The mark within two thirds of its field: what a mask cuts away is background (W3C manifest, safe zone of 80 %). */
const inside = (background: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${background}<g transform="translate(2.4 2.4) scale(.85)">${line}</g></svg>`;
const filled = inside(`<rect width="32" height="32" fill="${TEAL}"/>`);

const ICONS = [
  { name: 'icon-192', size: 192, svg },
  { name: 'icon-512', size: 512, svg },
  { name: 'maskable-512', size: 512, svg: filled },
  // iOS rounds it by itself and paints what is transparent black.
  { name: 'apple-touch-180', size: 180, svg: filled },
  // Android shows the outline only.
  { name: 'badge-96', size: 96, svg: inside('').replace('translate(2.4 2.4) scale(.85)', 'translate(0 0)') },
];

await mkdir(join(PUBLIC, 'icons'), { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage();
for (const { name, size, svg: drawing } of ICONS) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawing}`,
  );
  await page.screenshot({ path: join(PUBLIC, 'icons', `${name}.png`), omitBackground: true });
}
await browser.close();
