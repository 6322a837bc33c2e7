/** A table that may be wider than the screen: it scrolls by itself, also by keyboard. */
import type { ComponentChildren } from 'preact';

export function TableBox({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keys that scroll it
    <section class="table-box" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
