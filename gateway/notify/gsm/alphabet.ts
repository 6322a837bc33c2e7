/** The GSM 7 bit default alphabet and its extension table (3GPP TS 23.038, 6.2.1 and 6.2.1.1), and how it is packed (6.1.2.1). */

const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** What it says stands in the extension table. */
const ESCAPE = 0x1b;
const EXTENSION: ReadonlyMap<number, string> = new Map([
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
]);

const SEPTETS: ReadonlyMap<string, readonly number[]> = new Map([
  ...[...BASIC].map((char, code): [string, number[]] => [char, [code]]).filter(([char]) => char !== '\u001b'),
  ...[...EXTENSION].map(([code, char]): [string, number[]] => [char, [ESCAPE, code]]),
]);

/** One septet, or two with the escape; null: the alphabet does not have it. */
export const septetsOf = (char: string): readonly number[] | null => SEPTETS.get(char) ?? null;

/** An extension that is not in the table is shown as the basic table has it, an escape of its own as a space (6.2.1.1). */
export function textOf(septets: readonly number[]): string {
  let text = '';
  let escaped = false;
  for (const septet of septets) {
    if (escaped) {
      text += septet === ESCAPE ? ' ' : (EXTENSION.get(septet) ?? BASIC.charAt(septet));
      escaped = false;
    } else if (septet === ESCAPE) escaped = true;
    else text += BASIC.charAt(septet);
  }
  return text;
}

/** Septets as octets, the first ones in the lowest bits; after a header `fillBits` (0 to 6) bits stay empty before the first. */
export function pack(septets: readonly number[], fillBits = 0): Buffer {
  const octets = Buffer.alloc(Math.ceil((septets.length * 7 + fillBits) / 8));
  for (const [index, septet] of septets.entries()) {
    const bit = fillBits + index * 7;
    const shifted = septet << (bit % 8);
    const at = bit >> 3;
    octets[at] = (octets[at] ?? 0) | (shifted & 0xff);
    if (shifted > 0xff) octets[at + 1] = shifted >> 8;
  }
  return octets;
}

/** `count` septets. Throws when the octets hold fewer. */
export function unpack(octets: Buffer, count: number, fillBits = 0): number[] {
  if (octets.length * 8 < fillBits + count * 7)
    throw new Error(`${octets.length} octets do not hold ${count} septets`);
  return Array.from({ length: count }, (_, index) => {
    const bit = fillBits + index * 7;
    const at = bit >> 3;
    return ((((octets[at + 1] ?? 0) << 8) | (octets[at] ?? 0)) >> (bit % 8)) & 0x7f;
  });
}
