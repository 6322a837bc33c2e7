/** As many rows as there is room for, and how many more there are: nobody scrolls a wall. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n.ts';
import { rowsFor, type Sizes } from './rows.ts';

interface FitListProps<T> {
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  readonly children: (item: T) => ComponentChildren;
  readonly label: string;
}

/** All rows are as high as the stylesheet says in `--row`. */
export function FitList<T>({ items, keyOf, children, label }: FitListProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  const row = useRef<HTMLDivElement>(null);
  const rest = useRef<HTMLDivElement>(null);
  const sizes = useSignal<Sizes>({ box: 0, row: 0, rest: 0 });
  useLayoutEffect(() => {
    const measure = (): void => {
      const heights = [box, row, rest].map(({ current }) => current?.offsetHeight ?? 0);
      const [whole = 0, one = 0, last = 0] = heights;
      const before = sizes.peek();
      if (before.box !== whole || before.row !== one || before.rest !== last)
        sizes.value = { box: whole, row: one, rest: last };
    };
    const resize = new ResizeObserver(measure);
    if (box.current) resize.observe(box.current);
    if (row.current) resize.observe(row.current);
    measure();
    return () => resize.disconnect();
  }, []);
  const shown = items.slice(0, rowsFor(items.length, sizes.value));
  return (
    <div class="wall-fit" ref={box}>
      <div class="wall-probe" ref={row} aria-hidden="true" />
      <div class="wall-probe-rest" ref={rest} aria-hidden="true" />
      <ul aria-label={label}>
        {shown.map((item) => (
          <li key={keyOf(item)}>{children(item)}</li>
        ))}
      </ul>
      {shown.length < items.length && (
        <p class="wall-rest">{t('wall.rest', { n: items.length - shown.length })}</p>
      )}
    </div>
  );
}
