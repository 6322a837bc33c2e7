/** Two texts beside each other where there is room, below each other on a phone: signs say what came and went. */
import { useMemo } from 'preact/hooks';
import { t } from '../../i18n.ts';
import { type DiffLine, type DiffRow, diffLines, folded } from './diff.ts';

interface DiffViewProps {
  readonly left: string;
  readonly right: string;
  readonly leftName: string;
  readonly rightName: string;
}

const AROUND = 3;

export function DiffView({ left, right, leftName, rightName }: DiffViewProps) {
  const rows = useMemo(() => folded(diffLines(left, right), AROUND), [left, right]);
  if (rows.every(({ kind }) => kind === 'fold'))
    return <p class="quiet-text diff-none">{t('fleet.diff.same')}</p>;
  return (
    <section class="card diff" aria-label={t('fleet.diff.label', { left: leftName, right: rightName })}>
      <header class="diff-head">
        <span>− {leftName}</span>
        <span>+ {rightName}</span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <div class="diff-rows" tabIndex={0}>
        {rows.map((row, index) =>
          row.kind === 'fold' ? (
            <p key={index} class="diff-fold">
              {t('fleet.diff.fold', { n: row.count })}
            </p>
          ) : (
            <Row key={index} row={row} />
          ),
        )}
      </div>
    </section>
  );
}

function Row({ row: { kind, left, right } }: { row: DiffRow }) {
  return (
    <div class={`diff-row diff-${kind}`}>
      <Side line={left} sign={kind === 'same' ? ' ' : '-'} />
      <Side line={right} sign={kind === 'same' ? ' ' : '+'} />
    </div>
  );
}

function Side({ line, sign }: { line: DiffLine | null; sign: ' ' | '+' | '-' }) {
  if (line === null) return <span class="diff-side is-empty" />;
  return (
    <span class={`diff-side ${sign === '+' ? 'is-added' : sign === '-' ? 'is-removed' : 'is-same'}`}>
      <span class="diff-n">{line.n}</span>
      <span class="diff-sign">{sign}</span>
      <code>{line.text === '' ? ' ' : line.text}</code>
    </span>
  );
}
