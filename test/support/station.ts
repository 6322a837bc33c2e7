/** A station to announce in a test, with what the test says of it. */
import type { InventoryStation } from '../../devices/wire/messages.ts';

export const testStation = (
  fields: Partial<InventoryStation> & Pick<InventoryStation, 'id' | 'parameters'>,
): InventoryStation => ({
  kind: 'air',
  name: { vi: `Trạm ${fields.id}`, en: `Station ${fields.id}` },
  area: { vi: 'Khu vực', en: 'Area' },
  latitude: 16.06,
  longitude: 108.21,
  ...fields,
});
