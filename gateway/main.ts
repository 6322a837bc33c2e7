/** The gateway as a process. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '../devices/kit/log.ts';
import { loadSettings, type SettingsSources } from '../devices/kit/settings.ts';
import { type Gateway, startApp } from './app.ts';
import { gatewaySettingsSchema } from './settings.ts';

/** `screens`: folder of the built screens, instead of those of this package. */
export async function startGateway(sources: SettingsSources, screens?: string): Promise<Gateway> {
  const settings = loadSettings(gatewaySettingsSchema, sources);
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
    version: string;
  };
  return startApp(settings, manifest.version, createLogger('gateway', settings.log_level), screens);
}
