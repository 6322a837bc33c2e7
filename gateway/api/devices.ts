/** Machine accounts of the broker, as admins see and change them. */
import { z } from 'zod';
import { deviceSchema, newDeviceAnswerSchema, newDeviceSchema } from '../../devices/wire/users.ts';
import { nameSchema } from '../../devices/word.ts';
import type { Accounts } from '../accounts.ts';
import { randomToken } from '../password.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const config = { access: 'devices' } as const;

export function deviceRoutes(app: Api, { accounts }: { readonly accounts: Accounts }): void {
  app.get(
    '/api/v1/devices',
    {
      config,
      schema: {
        response: { 200: z.object({ devices: z.array(deviceSchema) }) },
        summary: 'Machine accounts of the broker',
      },
    },
    async () => ({ devices: accounts.devices() }),
  );
  app.post(
    '/api/v1/devices',
    {
      config,
      schema: {
        body: newDeviceSchema,
        response: { 201: newDeviceAnswerSchema },
        summary:
          'Add a machine account, or give it a new password, which is told once and ends its connections',
      },
    },
    async ({ body: { name, kind } }, reply) => {
      const password = randomToken();
      await accounts.putAccount(name, kind, password, 'random');
      const device = accounts.device(name);
      if (device === null) throw new Problem(409, `device "${name}" was removed meanwhile`);
      return reply.code(201).send({ ...device, password });
    },
  );
  app.delete(
    '/api/v1/devices/:name',
    { config, schema: { params: z.object({ name: nameSchema }), summary: 'Remove a machine account' } },
    async ({ params: { name } }, reply) => {
      accounts.removeAccount(name);
      return reply.code(204).send();
    },
  );
}
