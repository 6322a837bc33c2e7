/** What people call the thing that an alert is about. */
import type { AlertAnswer } from '../../devices/wire/api.ts';
import type { Catalog } from '../catalog.ts';
import type { Alert } from './alert.ts';

export function subjectName(alert: Alert, catalog: Catalog): AlertAnswer['station_name'] {
  const { about, station } = alert;
  if (about?.kind === 'edge') return { vi: `Tủ đo ${about.id}`, en: `Edge ${about.id}` };
  if (about?.kind === 'flows') return { vi: 'Bộ quy tắc cảnh báo (flows)', en: 'Alert rules (flows)' };
  return catalog.get(station)?.name ?? { vi: station, en: station };
}
