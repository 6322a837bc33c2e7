/** A view that scrolls: its head with title and tools, and what it is about. */
import type { ComponentChildren } from 'preact';

interface PageProps {
  readonly title: string;
  readonly lead?: ComponentChildren;
  /** At the right of the title: filters, buttons. */
  readonly tools?: ComponentChildren;
  readonly children?: ComponentChildren;
}

export function Page({ title, lead, tools, children }: PageProps) {
  return (
    <main class="page" tabIndex={-1}>
      <header class="page-head">
        <div>
          <h2>{title}</h2>
          {lead !== undefined && <p class="page-lead">{lead}</p>}
        </div>
        {tools !== undefined && <div class="page-tools">{tools}</div>}
      </header>
      {children}
    </main>
  );
}
