/** How commands call the API of a gateway that runs, which alone writes its ledger. */
import type { z } from 'zod';
import { UserFault } from '../devices/kit/fault.ts';
import { loadSettings, type SettingsSources } from '../devices/kit/settings.ts';
import type { Role } from '../devices/wire/api.ts';
import { type GatewaySettings, gatewaySettingsSchema } from './settings.ts';

/** Of a gateway that listens there. */
export const addressOf = ({ host, port }: GatewaySettings['http']): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

export type ApiCall = <T>(schema: z.ZodType<T>, path: string, body?: object) => Promise<T>;

/**
 * A call of what is below `/api/v1/` and the root, where the settings say that the gateway listens: GET, or POST with a body. It
 * throws a UserFault when nobody answers, or with the gateway's own sentence.
 */
export function connectApi(sources: SettingsSources, root: string, role: Role): ApiCall {
  const { http, token } = loadSettings(gatewaySettingsSchema, sources);
  if (token === undefined)
    throw new UserFault(`environment variable QUANTRAC_TOKEN: a token with the role ${role} is needed`);
  return apiCall(`${addressOf(http)}/api/v1/${root}`, token);
}

/** A call of what is below an address; faults as `connectApi` has them. */
export function apiCall(base: string, token: string): ApiCall {
  return async (schema, path, body) => {
    const response = await fetch(base + path, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new UserFault(`the gateway does not answer at ${base}`, { cause });
    });
    const text = await response.text();
    const answer: unknown = text === '' ? null : JSON.parse(text);
    if (!response.ok)
      throw new UserFault(`${response.status}: ${(answer as { detail?: string } | null)?.detail ?? base}`);
    return schema.parse(answer);
  };
}
