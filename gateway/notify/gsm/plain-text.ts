/** A Vietnamese or English text with no character that the GSM alphabet has not. */
import { septetsOf } from './alphabet.ts';

/** What has no decomposition (Unicode NFKD) into such characters. */
const INSTEAD: Readonly<Record<string, string>> = {
  ...{ đ: 'd', Đ: 'D', '₫': 'd', μ: 'u', '°': '', '×': 'x', '÷': '/', '·': '.', '•': '-', '→': '->' },
  ...{ '≥': '>=', '≤': '<=', '≈': '~', '±': '+-', '−': '-', '–': '-', '—': '-', '‐': '-', '‑': '-' },
  ...{ '‘': "'", '’': "'", '“': '"', '”': '"', '«': '"', '»': '"', '\u200b': '', '\ufeff': '', '\t': ' ' },
};

/**
 * Diacritics are left out, also those that the alphabet has: a text that keeps some and not others is hard to read. What cannot be told
 * otherwise is a question mark.
 */
export function plainText(text: string): string {
  const bare = text.normalize('NFKD').replace(/\p{M}/gu, '');
  return [...bare].map((char) => INSTEAD[char] ?? (septetsOf(char) === null ? '?' : char)).join('');
}
