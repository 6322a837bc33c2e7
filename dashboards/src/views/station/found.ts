/** Stations whose name, area or id has all the words, whatever the accents: "cau rong" finds "Cầu Rồng". Pure. */
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { fold } from '../../fold.ts';

export function found(
  stations: readonly StationAnswer[],
  words: string,
  local: (text: StationAnswer['name']) => string,
): StationAnswer[] {
  const wanted = fold(words).split(/\s+/).filter(Boolean);
  return stations
    .filter(({ id, name, area }) => {
      const text = fold(`${local(name)} ${local(area)} ${id}`);
      return wanted.every((word) => text.includes(word));
    })
    .sort(
      (a, b) =>
        local(a.area).localeCompare(local(b.area), 'vi') || local(a.name).localeCompare(local(b.name), 'vi'),
    );
}
