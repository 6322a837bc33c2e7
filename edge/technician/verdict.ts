/** What a probe means for the person at the cabinet: one sentence, and what to check. Pure. */
import { PARTIAL_WINDOW } from '../../devices/decode.ts';
import { FLAG } from '../../devices/quality.ts';
import type { Text } from '../../devices/word.ts';
import { describeFault, type ReadFault } from '../sources/source.ts';
import type { Probe } from './probe.ts';

export type VerdictKind =
  | 'good'
  | 'flagged'
  | 'other-model'
  | 'no-connection'
  | 'no-answer'
  | 'refused'
  | 'garbled';

export interface Verdict {
  readonly kind: VerdictKind;
  readonly text: Text;
}

export function verdictOf({ points, faults, answered, identity, untold }: Probe, unit: number): Verdict {
  const [fault] = faults;
  if (!answered && fault) return { kind: kindOf(fault), text: adviceFor(fault, unit) };
  if (identity.kind === 'differs') {
    const odd = identity.reads
      .filter(({ found, expected }) => found !== null && !expected.includes(found))
      .map(({ label, found, expected }) => `${label} = ${found}, not ${expected.join(' / ')}`)
      .join('; ');
    const text = {
      vi: `Thiết bị ${unit} có vẻ không phải model này (${odd}): chọn profile khác trước khi tin số liệu.`,
      en: `Unit ${unit} does not look like this model (${odd}): find its profile before you trust the values.`,
    };
    return { kind: 'other-model', text };
  }
  if (untold !== null) {
    const text = {
      vi: `Thiết bị ${unit} có trả lời nhưng chưa được lệnh đo (${untold}): số liệu có thể cũ.`,
      en: `Unit ${unit} answers but was not told to measure (${untold}): its values may be old.`,
    };
    return { kind: 'flagged', text };
  }
  // A probe has no time to fill a counter's window: that says nothing against it.
  const flagged = points.filter(
    ({ judged }) => judged.flag !== FLAG.good && judged.reason !== PARTIAL_WINDOW,
  ).length;
  if (flagged === 0) {
    const text = {
      vi: `Tốt: cả ${points.length} thông số đều đọc được và hợp lý.`,
      en: `All good: ${counted(points.length)} read and plausible.`,
    };
    return { kind: 'good', text };
  }
  const text = {
    vi: `${flagged} trong ${points.length} thông số bị gắn cờ: xem cột "reason" trước khi tin số liệu.`,
    en: `${flagged} of ${counted(points.length)} flagged: see their reasons before you trust them.`,
  };
  return { kind: 'flagged', text };
}

const counted = (points: number): string => (points === 1 ? '1 point' : `${points} points`);

/** Exceptions 10 and 11 come from a gateway that has waited in vain for the instrument. */
const isGatewaysSilence = (fault: ReadFault): boolean =>
  fault.kind === 'exception' && (fault.code === 10 || fault.code === 11);

function kindOf(fault: ReadFault): VerdictKind {
  if (fault.kind === 'link') return 'no-connection';
  if (fault.kind === 'no-answer' || isGatewaysSilence(fault)) return 'no-answer';
  return fault.kind === 'exception' ? 'refused' : 'garbled';
}

function adviceFor(fault: ReadFault, unit: number): Text {
  const what = describeFault(fault);
  switch (kindOf(fault)) {
    case 'no-connection':
      return {
        vi: `Không kết nối được (${what}). Kiểm tra: địa chỉ và cổng, cáp mạng hoặc cổng nối tiếp, nguồn của bộ chuyển đổi, chương trình khác đang giữ cổng.`,
        en: `No connection (${what}). Check: address and port, network cable or serial port, power of the converter, another program that holds the port.`,
      };
    case 'no-answer':
      return {
        vi: `Thiết bị ${unit} không trả lời (${what}). Kiểm tra: dây A/B (thử đảo), địa chỉ thiết bị (unit id), tốc độ baud và parity, nguồn điện.`,
        en: `Unit ${unit} does not answer (${what}). Check: wiring A/B (try them swapped), unit id, baud rate and parity, power.`,
      };
    case 'refused':
      return {
        vi: `Thiết bị ${unit} có trả lời nhưng từ chối (${what}). Kiểm tra: profile có đúng model không, vùng và địa chỉ thanh ghi.`,
        en: `Unit ${unit} is there but refuses (${what}). Check: whether the profile is for this model, area and addresses of the registers.`,
      };
    default:
      return {
        vi: `Thiết bị ${unit} trả lời sai định dạng (${what}). Kiểm tra: tốc độ baud và parity, hai thiết bị trùng địa chỉ, hai máy cùng hỏi trên một đường dây, điện trở cuối đường dây.`,
        en: `Unit ${unit} answers with garbage (${what}). Check: baud rate and parity, two units with one id, two masters on the line, termination.`,
      };
  }
}
