import { afterEach, beforeEach, expect, test, vi } from 'vitest';

/** What the tabs of one browser see of its service worker. */
class Container extends EventTarget {
  controller: object | null = {};
  readonly waiting = { postMessage: () => this.dispatchEvent(new Event('controllerchange')) };
  register = async () => Object.assign(new EventTarget(), { waiting: this.waiting, update: async () => {} });
  startMessages(): void {}
}

let reloads: number;

/** A tab has its own copy of the code. */
async function openTab() {
  vi.resetModules();
  const tab = await import('./install.ts');
  await tab.installWorker();
  return tab;
}

beforeEach(() => {
  vi.useFakeTimers();
  reloads = 0;
  vi.stubEnv('DEV', false);
  vi.stubGlobal('navigator', { serviceWorker: new Container() });
  vi.stubGlobal('location', { reload: () => (reloads += 1) });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.resetModules();
});

test('a new version loads the tab again that asked for it; the others go on saying so, and load when they are asked', async () => {
  const asking = await openTab();
  const other = await openTab();
  expect([asking.isNewVersion.value, other.isNewVersion.value]).toEqual([true, true]);
  asking.takeOver();
  expect([reloads, other.isNewVersion.value]).toEqual([1, true]);
  other.takeOver();
  expect(reloads).toBe(2);
});
