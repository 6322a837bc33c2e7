/** Text tables for a terminal. Pure. */

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Columns as wide as their widest cell, two spaces between, no trailing spaces. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(lengthOf(title), ...rows.map((row) => lengthOf(row[index] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? '';
        const fill = ' '.repeat((widths[index] ?? 0) - lengthOf(cell));
        return align === 'right' ? fill + cell : cell + fill;
      })
      .join('  ')
      .trimEnd();
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ title }, index) => (title === '' ? '' : '-'.repeat(widths[index] ?? 0)))),
    ...rows.map(line),
  ];
}

/** Vietnamese letters may come as a letter and its marks: on the screen they are one. */
const lengthOf = (text: string): number => [...text.normalize('NFC')].length;
