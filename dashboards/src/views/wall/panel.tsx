/** One panel of a wall: its title, and what it is about. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface PanelProps {
  readonly name: string;
  readonly title: ComponentChildren;
  /** At the right of the title. */
  readonly note?: ComponentChildren;
  readonly hidden?: boolean;
  readonly children: ComponentChildren;
}

export function Panel({ name, title, note, hidden = false, children }: PanelProps) {
  const id = useId();
  return (
    <section class={`wall-panel wall-panel-${name}`} aria-labelledby={id} hidden={hidden}>
      <header class="wall-panel-head">
        <h2 id={id}>{title}</h2>
        {note !== undefined && <p>{note}</p>}
      </header>
      <div class="wall-panel-body">{children}</div>
    </section>
  );
}
