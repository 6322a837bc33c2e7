/** What differs between two texts, line by line (Myers 1986, the shortest edit). Pure. */

export interface DiffRow {
  readonly kind: 'same' | 'removed' | 'added' | 'changed';
  /** With its number, from 1; null: there is none on this side. */
  readonly left: DiffLine | null;
  readonly right: DiffLine | null;
}

export interface DiffLine {
  readonly n: number;
  readonly text: string;
}

/** Lines that nobody needs to see: so many that are the same. */
export interface Fold {
  readonly kind: 'fold';
  readonly count: number;
}

/** Beyond so many differences the shortest edit is not looked for: the middle is told as replaced. */
const MOST_EDITS = 600;

export function diffLines(left: string, right: string): DiffRow[] {
  const [a, b] = [linesOf(left), linesOf(right)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end++;
  const middle = edits(a.slice(start, a.length - end), b.slice(start, b.length - end));
  const rows: DiffRow[] = [];
  let [x, y] = [0, 0];
  const same = (): void => {
    rows.push({ kind: 'same', left: line(a, x++), right: line(b, y++) });
  };
  const block = (removed: number, added: number): void => {
    for (let i = 0; i < Math.max(removed, added); i++) {
      const from = i < removed ? line(a, x + i) : null;
      const to = i < added ? line(b, y + i) : null;
      rows.push({ kind: from && to ? 'changed' : from ? 'removed' : 'added', left: from, right: to });
    }
    x += removed;
    y += added;
  };
  for (let i = 0; i < start; i++) same();
  for (const { removed, added, kept } of middle) {
    block(removed, added);
    for (let i = 0; i < kept; i++) same();
  }
  for (let i = 0; i < end; i++) same();
  return rows;
}

const linesOf = (text: string): string[] => {
  const lines = text.split('\n');
  // A text that ends with a line end has no line after it.
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
};

const line = (lines: readonly string[], index: number): DiffLine => ({
  n: index + 1,
  text: lines[index] ?? '',
});

interface Step {
  removed: number;
  added: number;
  /** Lines that are the same after these. */
  kept: number;
}

function edits(a: readonly string[], b: readonly string[]): Step[] {
  const whole = [{ removed: a.length, added: b.length, kept: 0 }];
  if (a.length === 0 || b.length === 0) return a.length + b.length === 0 ? [] : whole;
  const trace = shortest(a, b);
  return trace === null ? whole : walkBack(trace, a.length, b.length);
}

/** Of each number of edits, how far down a each diagonal gets. */
function shortest(a: readonly string[], b: readonly string[]): Map<number, number>[] | null {
  const trace: Map<number, number>[] = [];
  let far = new Map<number, number>([[1, 0]]);
  for (let edit = 0; edit <= Math.min(a.length + b.length, MOST_EDITS); edit++) {
    const next = new Map<number, number>();
    for (let k = -edit; k <= edit; k += 2) {
      const down = k === -edit || (k !== edit && (far.get(k - 1) ?? -1) < (far.get(k + 1) ?? -1));
      let x = down ? (far.get(k + 1) ?? 0) : (far.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) {
        trace.push(next);
        return trace;
      }
    }
    trace.push(next);
    far = next;
  }
  return null;
}

function walkBack(trace: readonly Map<number, number>[], toX: number, toY: number): Step[] {
  const moves: ('removed' | 'added' | 'kept')[] = [];
  let [x, y] = [toX, toY];
  for (let edit = trace.length - 1; edit >= 0; edit--) {
    const before = trace[edit - 1] ?? new Map<number, number>([[1, 0]]);
    const k = x - y;
    const down = k === -edit || (k !== edit && (before.get(k - 1) ?? -1) < (before.get(k + 1) ?? -1));
    const fromK = down ? k + 1 : k - 1;
    const fromX = edit === 0 ? 0 : (before.get(fromK) ?? 0);
    const fromY = edit === 0 ? 0 : fromX - fromK;
    const [startX, startY] = edit === 0 ? [0, 0] : down ? [fromX, fromY + 1] : [fromX + 1, fromY];
    for (; x > startX && y > startY; x--, y--) moves.push('kept');
    if (edit > 0) moves.push(down ? 'added' : 'removed');
    [x, y] = [fromX, fromY];
  }
  const steps: Step[] = [{ removed: 0, added: 0, kept: 0 }];
  for (const move of moves.reverse()) {
    let last = steps.at(-1) as Step;
    if (move !== 'kept' && last.kept > 0) {
      last = { removed: 0, added: 0, kept: 0 };
      steps.push(last);
    }
    last[move] += 1;
  }
  return steps;
}

/** Only what differs, with so many lines around it. */
export function folded(rows: readonly DiffRow[], around: number): (DiffRow | Fold)[] {
  const near = rows.map(() => false);
  for (const [index, { kind }] of rows.entries()) {
    if (kind === 'same') continue;
    for (let i = Math.max(0, index - around); i <= Math.min(rows.length - 1, index + around); i++)
      near[i] = true;
  }
  const out: (DiffRow | Fold)[] = [];
  let hidden = 0;
  for (const [index, row] of rows.entries()) {
    if (!near[index]) {
      hidden++;
      continue;
    }
    if (hidden > 0) out.push({ kind: 'fold', count: hidden });
    hidden = 0;
    out.push(row);
  }
  if (hidden > 0) out.push({ kind: 'fold', count: hidden });
  return out;
}
