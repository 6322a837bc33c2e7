/** Health, metrics and the API's own description. */
import { type Health, healthSchema } from '../../devices/wire/api.ts';
import type { Metrics } from '../metrics.ts';
import type { Api } from './server.ts';

/** Says in words how a part is; throws or says `ok: false` when it does not do its work. */
export type Check = () => Promise<{ readonly ok: boolean; readonly detail: string }>;

export interface SystemParts {
  readonly version: string;
  readonly checks: Readonly<Record<string, Check>>;
  readonly metrics: Metrics;
}

export function systemRoutes(app: Api, { version, checks, metrics }: SystemParts): void {
  app.get(
    '/api/v1/health',
    {
      config: { access: 'health' },
      schema: { response: { 200: healthSchema, 503: healthSchema }, summary: 'How the gateway is' },
    },
    async (_request, reply) => {
      const results = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => {
          const result = await check().catch((error: unknown) => ({
            ok: false,
            detail: String((error as Error).message),
          }));
          return [name, result] as const;
        }),
      );
      const ok = results.every(([, result]) => result.ok);
      const health: Health = { status: ok ? 'ok' : 'degraded', version, checks: Object.fromEntries(results) };
      return reply.code(ok ? 200 : 503).send(health);
    },
  );

  app.get('/metrics', { config: { access: 'metrics' }, schema: { hide: true } }, async (_request, reply) => {
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });

  app.get(
    '/api/v1/editor',
    {
      config: { access: 'editor' },
      schema: { summary: "Whether the caller may use Node-RED's editor: 204" },
    },
    async (_request, reply) => reply.code(204).send(),
  );

  app.get('/api/v1/openapi.json', { config: { access: 'openapi' }, schema: { hide: true } }, async () =>
    app.swagger(),
  );
}
