/** Stations whose name, area or id has all the words, whatever the accents: "cau rong" finds "Cầu Rồng". Pure. */
import type { StationAnswer } from '../../../../devices/wire/api.ts';

export const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replace(/đ/g, 'd')
    .replace(/Đ/g, 'D')
    .toLowerCase();

export function found(
  stations: readonly StationAnswer[],
  words: string,
  local: (text: StationAnswer['name']) => string,
): StationAnswer[] {
  const wanted = plain(words).split(/\s+/).filter(Boolean);
  return stations
    .filter(({ id, name, area }) => {
      const text = plain(`${local(name)} ${local(area)} ${id}`);
      return wanted.every((word) => text.includes(word));
    })
    .sort(
      (a, b) =>
        local(a.area).localeCompare(local(b.area), 'vi') || local(a.name).localeCompare(local(b.name), 'vi'),
    );
}
