/** The hand on a chart: it is dragged, pinched, turned by a wheel, and double-clicked. */
import { move, spanOfView, type View, zoomAt } from './view.ts';

export interface HandParts {
  readonly view: () => View;
  /** The moment at so many pixels from the left of the plot. */
  readonly atPixel: (x: number) => number;
  readonly now: () => number;
  /** Called with each step of a movement. */
  readonly change: (view: View) => void;
  /** Two clicks: back to where it began. */
  readonly reset: () => void;
}

/** A wheel's notch is about 100 and makes a fifth more or less. */
const zoomOf = (delta: number): number => 1.2 ** Math.max(-3, Math.min(3, delta / 100));
/** Less is a click and no drag. */
const SLACK = 3;

/** Until the signal ends. */
export function followHand(element: HTMLElement, parts: HandParts, signal: AbortSignal): void {
  const { view, atPixel, now, change } = parts;
  /** Where each finger is, in pixels from the left. */
  const fingers = new Map<number, number>();
  let moved = 0;
  const xOf = (event: MouseEvent): number => event.clientX - element.getBoundingClientRect().left;

  const drag = (by: number): void => change(move(view(), -by / element.clientWidth, now()));

  const pinch = (before: readonly number[], after: readonly number[]): void => {
    const [a = 0, b = 0] = before;
    const [c = 0, d = 0] = after;
    const factor = Math.abs(a - b) / Math.max(1, Math.abs(c - d));
    const middle = atPixel((a + b) / 2);
    const zoomed = zoomAt(view(), middle, factor, now());
    change(move(zoomed, -((c + d) / 2 - (a + b) / 2) / element.clientWidth, now()));
  };

  const on = <K extends keyof HTMLElementEventMap>(
    name: K,
    handle: (event: HTMLElementEventMap[K]) => void,
    options: AddEventListenerOptions = {},
  ): void => element.addEventListener(name, handle as EventListener, { ...options, signal });

  on('pointerdown', (event) => {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    fingers.set(event.pointerId, xOf(event));
    moved = 0;
  });
  on('pointermove', (event) => {
    const x = fingers.get(event.pointerId);
    if (x === undefined) return;
    const next = xOf(event);
    moved += Math.abs(next - x);
    if (moved <= SLACK) return;
    // Captured only once it is a drag, so that a click stays one.
    if (!element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId);
    const before = [...fingers.values()];
    fingers.set(event.pointerId, next);
    if (fingers.size === 1) drag(next - x);
    else if (fingers.size === 2) pinch(before, [...fingers.values()]);
  });
  const lift = (event: PointerEvent): void => {
    fingers.delete(event.pointerId);
  };
  on('pointerup', lift);
  on('pointercancel', lift);
  on('lostpointercapture', lift);
  on(
    'wheel',
    (event) => {
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      const next = sideways
        ? move(view(), event.deltaX / element.clientWidth, now())
        : zoomAt(view(), atPixel(xOf(event)), zoomOf(event.deltaY), now());
      // At the end of what can be zoomed the page scrolls.
      if (!sideways && Math.abs(spanOfView(next) - spanOfView(view())) < 1) return;
      event.preventDefault();
      change(next);
    },
    { passive: false },
  );
  on('dblclick', parts.reset);
}
