import Fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { watchRoutes } from './routes.ts';

const app = () => {
  const made = Fastify();
  onTestFinished(() => made.close());
  return made;
};

test('a route without a row keeps the app from starting, and the sentence names it', async () => {
  const made = app();
  watchRoutes(made);
  made.get('/known', { config: { access: 'health' } }, async () => 'ok');
  made.post('/api/v1/forgotten', async () => 'open');
  await expect(made.ready()).rejects.toThrow(
    'POST /api/v1/forgotten: config.access names no row of the table in gateway/access/http-rows.ts',
  );
});

test('a row that is not there is none, and so is a name that every object has', async () => {
  for (const access of ['no.such', 'constructor', '__proto__']) {
    const made = app();
    watchRoutes(made);
    made.get('/wrong', { config: { access: access as 'health' } }, async () => 'open');
    await expect(made.ready()).rejects.toThrow(/GET \/wrong: config\.access names no row/);
  }
});

test('routes of plugins, and those that Fastify adds for HEAD, are listed with their rows', async () => {
  const made = app();
  const routes = watchRoutes(made);
  made.register(async (plugin) => {
    plugin.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'screens' };
    });
    plugin.get('/page', async () => 'page');
  });
  await made.ready();
  expect(routes.rights().map(({ method, url, row }) => [method, url, row.name])).toEqual(
    expect.arrayContaining([
      ['GET', '/page', 'screens'],
      ['HEAD', '/page', 'screens'],
    ]),
  );
});
