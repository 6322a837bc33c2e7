import type { Logger } from '../../devices/kit/log.ts';
import type { GatewaySettings } from '../settings.ts';
import { openInfluxStore } from './influx.ts';
import { openSqliteStore } from './sqlite.ts';
import type { Store } from './store.ts';

export function openStore(settings: GatewaySettings['store'], dataDir: string, log: Logger): Store {
  switch (settings.kind) {
    case 'sqlite':
      return openSqliteStore(dataDir, { keep: settings.keep, log });
    case 'influx':
      return openInfluxStore(settings);
  }
}
