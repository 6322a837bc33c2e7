import type { Logger } from '../../devices/kit/log.ts';
import type { GatewaySettings } from '../settings.ts';
import { openInfluxStore } from './influx.ts';
import type { Store } from './store.ts';
import { openThreadedStore } from './thread.ts';

export async function openStore(
  settings: GatewaySettings['store'],
  dataDir: string,
  log: Logger,
): Promise<Store> {
  switch (settings.kind) {
    case 'sqlite':
      return openThreadedStore(dataDir, settings.keep, log);
    case 'influx':
      return openInfluxStore(settings);
  }
}
