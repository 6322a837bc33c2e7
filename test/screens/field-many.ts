/** Thousands of small stations all over Vietnam, with a few readings each: what lists and maps must bear. */
import type { MqttClient } from 'mqtt';
import { seededRandom } from '../../devices/simulator/random.ts';
import type { InventoryStation } from '../../devices/wire/messages.ts';
import { encodeSenml } from '../../devices/wire/senml.ts';
import { topics } from '../../devices/wire/topics.ts';
import { STATION_KINDS } from '../../devices/word.ts';
import { PERIOD_S, stationOf } from './field-stations.ts';
import { valueAt } from './field-values.ts';

/** Of one edge; an inventory has at most 500. */
const OF_AN_EDGE = 250;

/** Along the country: latitude, longitude, name. */
const TOWNS = [
  [22.34, 103.84, 'Lào Cai'],
  [21.03, 105.85, 'Hà Nội'],
  [20.85, 106.68, 'Hải Phòng'],
  [19.81, 105.78, 'Thanh Hóa'],
  [18.68, 105.68, 'Vinh'],
  [16.46, 107.59, 'Huế'],
  [16.05, 108.2, 'Đà Nẵng'],
  [13.98, 108.0, 'Pleiku'],
  [13.78, 109.22, 'Quy Nhơn'],
  [12.67, 108.04, 'Buôn Ma Thuột'],
  [11.94, 108.44, 'Đà Lạt'],
  [10.82, 106.63, 'Thành phố Hồ Chí Minh'],
  [10.03, 105.78, 'Cần Thơ'],
  [9.18, 105.15, 'Cà Mau'],
] as const;

export const edgesOfMany = (count: number): string[] =>
  Array.from({ length: Math.ceil(count / OF_AN_EDGE) }, (_, index) => `hop-${index + 1}`);

export function manyStations(count: number): InventoryStation[] {
  const random = seededRandom(48);
  return Array.from({ length: count }, (_, index) => {
    const [latitude, longitude, town] = TOWNS[index % TOWNS.length] ?? TOWNS[0];
    const kind = STATION_KINDS[Math.floor(index / TOWNS.length) % STATION_KINDS.length] ?? 'air';
    const number = index + 1;
    const station = stationOf({
      id: `tram-${number}`,
      kind,
      name: { vi: `${town} – trạm ${number}`, en: `${town} – station ${number}` },
      area: { vi: town, en: town },
      at: [latitude + (random() - 0.5) * 0.9, longitude + (random() - 0.5) * 0.7],
    });
    return { ...station, parameters: station.parameters.slice(0, 3) };
  });
}

/** Announces the stations of each edge and publishes three rounds of readings; every seventh has a value to look at. */
export async function fillMany(
  clients: ReadonlyMap<string, MqttClient>,
  stations: readonly InventoryStation[],
  now: number,
): Promise<void> {
  const work = async ([edge, client]: [string, MqttClient], index: number): Promise<void> => {
    const own = stations.slice(index * OF_AN_EDGE, (index + 1) * OF_AN_EDGE);
    await client.publishAsync(topics.inventory(edge), JSON.stringify({ stations: own }), { qos: 1 });
    await client.publishAsync(topics.status(edge), JSON.stringify({ online: true, at: now }), { qos: 1 });
    await Promise.all(
      own.map(async ({ id, parameters }) => {
        const readings = [2, 1, 0].flatMap((ago) =>
          parameters.map(({ id: parameter }) => {
            const at = now - ago * PERIOD_S * 1000;
            return { parameter, at, value: valueAt(id, parameter, at), flag: 1 as const, reason: null };
          }),
        );
        const payload = JSON.stringify(encodeSenml(id, readings));
        await client.publishAsync(topics.readings(edge, id), payload, { qos: 1 });
      }),
    );
  };
  await Promise.all([...clients].map(work));
}
