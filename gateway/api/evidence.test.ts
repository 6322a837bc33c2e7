import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Session } from '../../devices/wire/api.ts';
import type { Catalog, KnownStation } from '../catalog.ts';
import { evidenceRoutes, openMovingPages } from './evidence.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

test('of each user one answer runs at a time, and the next one when it has ended', async () => {
  const app = Fastify() as unknown as Api;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request) => {
    request.session = { name: String(request.headers['x-user']), areas: null } as unknown as Session;
  });
  app.setErrorHandler((error, _, reply) =>
    reply.code(error instanceof Problem ? error.status : 500).send(String(error)),
  );
  const known = { edge: 'e1' } as unknown as KnownStation;
  const ready = Promise.withResolvers<void>();
  evidenceRoutes(app, {
    catalog: { get: () => known, all: () => [known] } as unknown as Catalog,
    evidence: {
      keepDays: 400,
      plan: async () => ({ edges: [], lines: [], blocks: [1] }),
      async block() {
        await ready.promise;
        return [];
      },
    },
    store: {},
    now: Date.now,
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => {
    ready.resolve();
    return app.close();
  });
  const { port } = app.server.address() as AddressInfo;
  const ask = (user: string) =>
    fetch(`http://127.0.0.1:${port}/api/v1/evidence/s1?from=0&to=1`, { headers: { 'x-user': user } });

  const first = await ask('lan');
  const again = await ask('lan');
  expect([first.status, again.status, await again.text()]).toEqual([
    200,
    503,
    expect.stringContaining('one of these is running for you'),
  ]);
  const others = await Promise.all(Array.from({ length: 7 }, (_, n) => ask(`other-${n}`)));
  expect(others.map(({ status }) => status)).toEqual(new Array(7).fill(200));
  const ninth = await ask('one-too-many');
  expect([ninth.status, await ninth.text()]).toEqual([
    503,
    expect.stringContaining('8 of these are running'),
  ]);
  ready.resolve();
  for (const each of [first, ...others]) expect(await each.text()).toContain('{"kind":"end"}');
  await vi.waitFor(async () => {
    const after = await ask('lan');
    await after.text();
    expect(after.status).toBe(200);
  });
});

test('an answer of which nothing is taken is ended, and gives its place back', async () => {
  const pages = async function* (): AsyncGenerator<string> {
    for (;;) yield 'x'.repeat(64 * 1024);
  };
  const closed = Promise.withResolvers<void>();
  const stream = await openMovingPages(pages(), closed.resolve, 10);
  const failed = new Promise((resolve) => stream.once('error', resolve));
  expect(String(await failed)).toContain('its reader takes nothing more');
  await closed.promise;
});

test('one that is taken ends by itself', async () => {
  const pages = async function* (): AsyncGenerator<string> {
    yield 'a';
    yield 'b';
  };
  const closed = Promise.withResolvers<void>();
  const stream = await openMovingPages(pages(), closed.resolve);
  expect((await stream.toArray()).join('')).toBe('ab');
  await closed.promise;
});
