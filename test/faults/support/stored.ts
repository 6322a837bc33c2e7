/** What the gateway has, as its API tells. */
import type { Reading } from '../../../devices/reading.ts';
import type { AlertAnswer } from '../../../devices/wire/api.ts';
import { decodeSenml, type SenmlRecord } from '../../../devices/wire/senml.ts';
import type { Rig } from './rig.ts';

/** Every reading of a station in from ≤ at < to (epoch ms), through the export; repeated rows stay repeated. */
export async function exported(
  { apiUrl, token }: Pick<Rig, 'apiUrl' | 'token'>,
  station: string,
  from: number,
  to: number,
): Promise<Reading[]> {
  const query = new URLSearchParams({ station, from: String(from), to: String(to), format: 'senml' });
  const response = await fetch(`${apiUrl}/api/v1/export?${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`export of ${station}: ${response.status} ${text}`);
  const readings: Reading[] = [];
  for (const pack of packs(JSON.parse(text) as SenmlRecord[])) {
    const decoded = decodeSenml(JSON.stringify(pack), station, to);
    if (decoded.kind !== 'records' || decoded.refused.length > 0)
      throw new Error(
        `export of ${station}: ${JSON.stringify(decoded.kind === 'records' ? decoded.refused : decoded).slice(0, 300)}`,
      );
    readings.push(...decoded.readings);
  }
  return readings;
}

/** Each page of an export begins with its own base name, and is no longer than a payload may be. */
function packs(records: readonly SenmlRecord[]): SenmlRecord[][] {
  const all: SenmlRecord[][] = [];
  for (const record of records) {
    if (record.bn !== undefined) all.push([]);
    all.at(-1)?.push(record);
  }
  return all;
}

/** All alerts that there ever were. */
export async function allAlerts({ api }: Pick<Rig, 'api'>): Promise<AlertAnswer[]> {
  const alerts: AlertAnswer[] = [];
  for (let cursor = ''; ; ) {
    const path = `alerts?state=all&limit=500${cursor}`;
    const page = await api.call<{ alerts: AlertAnswer[]; next: string | null }>(path);
    alerts.push(...page.alerts);
    if (page.next === null) return alerts;
    cursor = `&cursor=${page.next}`;
  }
}
