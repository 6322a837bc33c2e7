/** Which row of the table each route of the running app goes by; a route without one keeps the gateway from starting. */
import type { FastifyContextConfig, FastifyInstance, RouteOptions } from 'fastify';
import { type HttpRow, httpRow } from './http-rows.ts';

/** What has no row: an address at which there is nothing. It is told to those who are logged in only. */
const NOWHERE: Omit<HttpRow, 'name' | 'what'> = { role: 'viewer', where: 'none' };

export const rowOf = ({ access }: FastifyContextConfig): Omit<HttpRow, 'name' | 'what'> =>
  access === undefined ? NOWHERE : (httpRow(access) ?? { role: 'admin', where: 'province' });

export interface RouteRight {
  readonly method: string;
  /** As it was registered, with its parameters. */
  readonly url: string;
  readonly row: HttpRow;
}

/** Call it before the first route. `rights` is complete once the app is ready; a route without a row fails its start. */
export function watchRoutes(app: FastifyInstance): { rights(): readonly RouteRight[] } {
  // Kept as they are, read when all is registered: a plugin of the screens sets the row of its routes later.
  const routes: RouteOptions[] = [];
  const rights = (): RouteRight[] =>
    routes.flatMap(({ method, url, config }) => {
      const methods = typeof method === 'string' ? [method] : method;
      const row = config?.access === undefined ? undefined : httpRow(config.access);
      if (row === undefined)
        throw new Error(
          `${methods.join('/')} ${url}: config.access names no row of the table in gateway/access/http-rows.ts`,
        );
      return methods.map((one) => ({ method: one, url, row }));
    });
  app.addHook('onRoute', (route) => {
    routes.push(route);
  });
  app.addHook('onReady', async () => void rights());
  return { rights };
}
