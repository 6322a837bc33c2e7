/** The page in a real browser: log in, see live values with their origin, acknowledge an alert, read it in English. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { topics } from '../devices/wire/topics.ts';
import { addDevice, addLink, addUser, withAccounts } from '../gateway/admin.ts';
import type { Gateway } from '../gateway/app.ts';
import { startGateway } from '../gateway/main.ts';
import { axe, openBrowser, problemsOf, type ScreensBrowser } from './screens/browser.ts';
import { hasProgram } from './support/programs.ts';
import { testStation } from './support/station.ts';

const STATION = testStation({
  id: 'post',
  kind: 'fire',
  name: { vi: 'Chốt <b>Prao</b>', en: 'Post <b>Prao</b>' },
  origin: { vi: 'Phát lại bản ghi thử', en: 'Replay of a test recording' },
  parameters: [{ id: 'co', period_s: 1 }],
});

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe.skipIf(!hasProgram('chromium'))('the page', () => {
  let gateway: Gateway;
  let edge: MqttClient;
  let browser: ScreensBrowser;
  let page: Page;

  const publish = (topic: string, message: unknown) =>
    edge.publishAsync(topic, JSON.stringify(message), { qos: 1 });
  const reading = (value: number, flag?: { qf: number; qr: string }) =>
    publish(topics.readings('edge-a', 'post'), [{ n: 'urn:quantrac:post:co', v: value, ...flag }]);
  const alarm = (state: 'raised' | 'cleared', value: number) =>
    publish(topics.alarms('edge-a', 'post'), {
      station: 'post',
      parameter: 'co',
      limit: 'fire-co',
      state,
      level: 'critical',
      at: Date.now(),
      value,
      threshold: 5000,
    });

  beforeAll(async () => {
    const flags = {
      data_dir: mkdtempSync(join(tmpdir(), 'quantrac-page-')),
      'http.port': 0,
      'mqtt.port': 0,
      log_level: 'silent',
    };
    const [password, link] = await withAccounts({ flags }, async (accounts) => {
      await addUser(accounts, 'lan', 'operator');
      return [await addDevice(accounts, 'edge-a', 'edge'), addLink(accounts, 'lan')];
    });
    gateway = await startGateway({ flags });
    edge = await connectAsync(`mqtt://127.0.0.1:${gateway.ready.mqttPort}`, { username: 'edge-a', password });
    await publish(topics.inventory('edge-a'), { stations: [STATION] });
    await reading(800);
    browser = await openBrowser();
    page = await browser.open(`http://127.0.0.1:${gateway.ready.httpPort}/login/${link}`);
  });

  afterAll(async () => {
    await browser?.close();
    await edge?.endAsync(true);
    await gateway?.stop();
  });

  test('a station shows its name as text, its values as they come, and where they are from', async () => {
    await page.getByText('Chốt <b>Prao</b>').first().waitFor();
    await page
      .getByText(/Phát lại bản ghi thử/)
      .first()
      .waitFor();
    await page.getByText(/800/).first().waitFor();
    await reading(4321);
    await page
      .getByText(/4[.\s]?321/)
      .first()
      .waitFor();
  });

  test('an alert appears by itself, is acknowledged with one click, and goes when it clears', async () => {
    await reading(6000);
    await alarm('raised', 6000);
    const alert = page.locator('.alert').first();
    await alert.getByRole('button', { name: /^xác nhận:/i }).click();
    await alert.getByText(/lan đã xác nhận/).waitFor();
    await alarm('cleared', 2000);
    await alert.waitFor({ state: 'detached' });
  });

  test('the chart of the last day opens for a station, also on a phone, without sideways scroll', async () => {
    await page.locator('.station').first().click();
    await page.locator('.chart-plot canvas').first().waitFor();
    await page.setViewportSize({ width: 360, height: 740 });
    const wide = () => page.locator('.panel').evaluate((panel) => panel.scrollWidth - panel.clientWidth);
    await vi.waitFor(async () => expect(await wide()).toBe(0));
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test('it is readable in English, without a violation that axe finds', async () => {
    await page.getByRole('button', { name: /^EN/ }).click();
    await page.getByText('Post <b>Prao</b>').first().waitFor();
    expect(await axe(page)).toEqual([]);
  });

  test('a stranger gets a login form and nothing else', async () => {
    const stranger = await browser.open(`http://127.0.0.1:${gateway.ready.httpPort}/`);
    await stranger.locator('input[type=password]').waitFor();
    expect(await stranger.getByText('Prao').count()).toBe(0);
    await stranger.close();
  });

  test('what is text comes compressed, for a slow network', async () => {
    for (const path of ['/', '/geo/vn-provinces-34-2025.geojson']) {
      const response = await fetch(`http://127.0.0.1:${gateway.ready.httpPort}${path}`, {
        headers: { 'accept-encoding': 'br' },
      });
      expect([path, response.headers.get('content-encoding')]).toEqual([path, 'br']);
    }
  });

  test('nothing failed in the page, and nothing came from another host', () => {
    expect(problemsOf(page)).toEqual([]);
  });
});
