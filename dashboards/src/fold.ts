/** Text as it is searched: without case and diacritics, so that "Cam Le" finds "Cẩm Lệ". Pure. */
export const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    // The bar of "đ" is part of the letter and no mark of its own.
    .replaceAll('đ', 'd')
    .replace(/\s+/g, ' ')
    .trim();
