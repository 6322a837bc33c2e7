import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let storage: Map<string, string>;

/** As the page is opened. */
async function open() {
  vi.resetModules();
  return import('./i18n.ts');
}

beforeEach(() => {
  storage = new Map();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => storage.set(key, value),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

test('the language of a profile holds until the next person logs in', async () => {
  const first = await open();
  await first.adoptLanguage('en');
  const { language, adoptLanguage } = await open();
  expect(language.value).toBe('en');
  await adoptLanguage('vi');
  expect(language.value).toBe('vi');
  expect((await open()).language.value).toBe('vi');
});

test('what was chosen in this browser holds against every profile', async () => {
  const { language, adoptLanguage, chooseLanguage } = await open();
  await chooseLanguage('en');
  await adoptLanguage('vi');
  expect(language.value).toBe('en');
  expect((await open()).language.value).toBe('en');
});
