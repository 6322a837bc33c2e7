/** A scan for people. Pure. */
import type { Text } from '../../devices/word.ts';
import type { Scan } from './scan.ts';
import { formatTable } from './table.ts';

export interface ScanContext {
  /** Whether any profile has one. */
  readonly fingerprints: boolean;
  /** The profile whose register was asked for. */
  readonly wanted: string | null;
}

export function scanTable({ found }: Scan, { fingerprints, wanted }: ScanContext): string[] {
  if (found.length === 0) return [];
  const serial = found.some(({ settings }) => settings !== null);
  const unknown =
    wanted !== null ? `may be ${wanted}` : fingerprints ? 'answers, no known fingerprint' : 'answers';
  const rows = found.map(({ unit, settings, answer, profiles }) => [
    String(unit),
    ...(serial ? [settings ?? ''] : []),
    answer,
    profiles.length > 0 ? profiles.join(' or ') : unknown,
  ]);
  const columns = [
    { title: 'unit', align: 'right' as const },
    ...(serial ? [{ title: 'setting' }] : []),
    { title: 'first answer' },
    { title: 'what it is' },
  ];
  return formatTable(columns, rows);
}

export function scanVerdict({ found, asked, stopped }: Scan): Text {
  if (stopped !== null)
    return {
      vi: `Đã dừng: ${stopped}. Tìm thấy ${found.length} thiết bị trước đó.`,
      en: `Stopped: ${stopped}. ${counted(found.length)} found by then.`,
    };
  if (found.length === 0)
    return {
      vi: `Không thiết bị nào trả lời (${asked} lần hỏi). Kiểm tra: dây A/B (thử đảo), nguồn điện, tốc độ baud (--settings all), địa chỉ khác (--units).`,
      en: `Nobody answers (${asked} requests). Check: wiring A/B (try them swapped), power, baud rate (--settings all), other ids (--units), and instruments that answer only their own registers (--profile).`,
    };
  return {
    vi: `Tìm thấy ${found.length} thiết bị sau ${asked} lần hỏi.`,
    en: `${counted(found.length)} found, ${asked} requests.`,
  };
}

const counted = (units: number): string => (units === 1 ? '1 unit' : `${units} units`);
