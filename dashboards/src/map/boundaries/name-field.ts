/** Which property of a boundary file has the names: files of ministries, provinces and GADM call it differently. Pure. */
import { fold } from '../../fold.ts';

type Properties = Readonly<Record<string, unknown>>;

/** As they are written in files, without case, diacritics and what joins words; the surest first. */
const USUAL = [
  ...[
    'tenxa',
    'tenphuongxa',
    'tenxaphuong',
    'tenphuong',
    'tendvhc',
    'tendonvi',
    'name3',
    'namevi',
    'fullname',
  ],
  ...['ten', 'name', 'tenhuyen', 'name2', 'tentinh', 'name1', 'commune', 'ward', 'label'],
];

const plain = (field: string): string => fold(field).replace(/[^a-z0-9]/g, '');

/** A name has letters; a code or an area of km² has none, or hardly any. */
const isName = (value: unknown): value is string =>
  typeof value === 'string' && /\p{L}{2}/u.test(value) && value.length <= 200;

/** null: none has names. Without a usual one it is that with the most different names. */
export function nameFieldOf(all: readonly Properties[]): string | null {
  const names = new Map<string, Set<string>>();
  for (const properties of all)
    for (const [field, value] of Object.entries(properties)) {
      if (!isName(value)) continue;
      const own = names.get(field);
      if (own) own.add(value);
      else names.set(field, new Set([value]));
    }
  const fields = [...names].sort(([a, own], [b, other]) => rankOf(a) - rankOf(b) || other.size - own.size);
  return fields[0]?.[0] ?? null;
}

function rankOf(field: string): number {
  const rank = USUAL.indexOf(plain(field));
  return rank < 0 ? USUAL.length : rank;
}
