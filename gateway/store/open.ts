import type { StoreSettings } from '../settings.ts';
import { openInfluxStore } from './influx.ts';
import { openSqliteStore } from './sqlite.ts';
import type { Store } from './store.ts';

export function openStore(settings: StoreSettings, dataDir: string): Store {
  switch (settings.kind) {
    case 'sqlite':
      return openSqliteStore(dataDir);
    case 'influx':
      return openInfluxStore(settings);
  }
}
