/** Calls of the gateway's API as a script makes them. */
import type { AlertAnswer, LatestReading, ReadingsAnswer, StationAnswer } from '../../devices/wire/api.ts';

export function createClient(base: string, token: string) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const call = async <T>(path: string, body?: unknown): Promise<T> => {
    const init = body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${base}/api/v1/${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  return {
    call,
    stations: () => call<{ stations: StationAnswer[] }>('stations').then(({ stations }) => stations),
    latest: () =>
      call<{ readings: (LatestReading & { station: string })[] }>('latest').then(({ readings }) => readings),
    alerts: (state = 'open') =>
      call<{ alerts: AlertAnswer[] }>(`alerts?state=${state}`).then(({ alerts }) => alerts),
    readings: (station: string, parameter: string) =>
      call<ReadingsAnswer>(`readings?station=${station}&parameter=${parameter}`).then(({ points }) => points),
  };
}
