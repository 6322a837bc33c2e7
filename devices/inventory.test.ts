import { expect, test } from 'vitest';
import { inventoryOf } from './inventory.ts';
import { loadProfiles } from './kit/profiles.ts';
import { edgeFileSchema } from './station.ts';

test('a station that is being commissioned is announced so, another says nothing of it', () => {
  const station = (id: string, more: object) => ({
    id,
    kind: 'air',
    name: { vi: 'Cầu Rồng', en: 'Dragon Bridge' },
    area: { vi: 'Sơn Trà', en: 'Son Tra' },
    latitude: 16.061,
    longitude: 108.227,
    instruments: [{ id: 'climate', profile: 'xy-md02', line: 'tcp', unit: 1 }],
    ...more,
  });
  const file = edgeFileSchema.parse({
    id: 'hop-1',
    data_dir: '/nowhere',
    uplink: { url: 'mqtt://127.0.0.1:1883', password: 'secret' },
    lines: [{ id: 'tcp', mode: 'tcp', host: '127.0.0.1' }],
    stations: [station('moi', { commissioning: true }), station('cu', {})],
  });
  const { stations } = inventoryOf(file, loadProfiles());
  expect(stations[0]).toMatchObject({ id: 'moi', commissioning: true });
  expect(stations[1]).not.toHaveProperty('commissioning');
});
