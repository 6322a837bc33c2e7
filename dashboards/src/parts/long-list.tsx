/** A list of thousands: only what is near the screen is drawn, the rest is room of the height that it will have. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface LongListProps<T> {
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  /** Height of an item in pixels, about: until it was drawn once. */
  readonly about: number;
  /** Of the element around all items. */
  readonly class: string;
  /** Selector of the element that scrolls. */
  readonly within: string;
  readonly children: (item: T) => ComponentChildren;
}

/** Items that are drawn together. */
const TOGETHER = 12;
/** Pixels beyond the screen that are drawn before they are seen. */
const AHEAD = 900;

export function LongList<T>({ items, keyOf, about, class: name, within, children }: LongListProps<T>) {
  const parts = Array.from({ length: Math.ceil(items.length / TOGETHER) }, (_, index) =>
    items.slice(index * TOGETHER, (index + 1) * TOGETHER),
  );
  return (
    <div class={name}>
      {parts.map((part, index) => (
        <Part key={index} first={index === 0} height={part.length * about} within={within}>
          {() =>
            part.map((item, place) => (
              <li key={keyOf(item)} aria-setsize={items.length} aria-posinset={index * TOGETHER + place + 1}>
                {children(item)}
              </li>
            ))
          }
        </Part>
      ))}
    </div>
  );
}

interface PartProps {
  /** In sight from the start, as a rule: it is not waited for. */
  readonly first: boolean;
  readonly height: number;
  readonly within: string;
  readonly children: () => ComponentChildren;
}

function Part({ first, height, within, children }: PartProps) {
  const box = useRef<HTMLUListElement>(null);
  const [near, setNear] = useState(first);
  const known = useRef({ of: height, is: height });
  if (known.current.of !== height) known.current = { of: height, is: height };
  useEffect(() => {
    const own = box.current;
    if (!own) return;
    return watch(own, own.closest(within), (isNear) => {
      // Hidden as a whole (behind the map of a phone) it has no height to remember.
      if (!isNear && own.offsetHeight > 0) known.current = { ...known.current, is: own.offsetHeight };
      // Whoever is in it by keyboard is not thrown out.
      setNear(isNear || own.contains(document.activeElement));
    });
  }, []);
  return (
    <ul ref={box} style={near ? { height: '' } : { height: `${known.current.is}px` }}>
      {near && children()}
    </ul>
  );
}

type Told = (isNear: boolean) => void;

/** One observer for all parts of what scrolls. */
const watchers = new WeakMap<
  Element,
  { readonly observer: IntersectionObserver; readonly told: Map<Element, Told> }
>();

function watch(element: Element, scroller: Element | null, tell: Told): () => void {
  const root = scroller ?? document.documentElement;
  let own = watchers.get(root);
  if (!own) {
    const told = new Map<Element, Told>();
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) told.get(target)?.(isIntersecting);
      },
      // A margin counts only around the element that scrolls.
      { root: scroller, rootMargin: `${AHEAD}px 0px` },
    );
    own = { observer, told };
    watchers.set(root, own);
  }
  const { observer, told } = own;
  told.set(element, tell);
  observer.observe(element);
  return () => {
    observer.unobserve(element);
    told.delete(element);
  };
}
