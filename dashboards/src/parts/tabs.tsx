/** Parts of a view beside each other; each has its address. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface TabsProps {
  readonly label: string;
  readonly tabs: ReadonlyArray<{
    readonly href: string;
    readonly name: ComponentChildren;
    readonly current: boolean;
  }>;
}

export function Tabs({ label, tabs }: TabsProps) {
  const line = useRef<HTMLElement>(null);
  const current = tabs.find((tab) => tab.current)?.href;
  // On a phone the line may be wider than the screen.
  useEffect(() => {
    const tab = line.current?.querySelector<HTMLElement>('[aria-current]');
    if (line.current && tab) line.current.scrollLeft = tab.offsetLeft - line.current.offsetLeft - 24;
  }, [current]);
  return (
    <nav class="tab-line" aria-label={label} ref={line}>
      {tabs.map(({ href, name, current }) => (
        <a key={href} href={href} aria-current={current ? 'page' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}
