/** Whether nobody has moved anything for a while: what is only for hands leaves the wall then. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

const IDLE_MS = 5000;
const TYPES = ['pointermove', 'pointerdown', 'keydown', 'focusin', 'wheel'] as const;

export function useIdle(): ReadonlySignal<boolean> {
  const idle = useSignal(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const moved = (): void => {
      idle.value = false;
      clearTimeout(timer);
      timer = setTimeout(() => {
        idle.value = true;
      }, IDLE_MS);
    };
    moved();
    for (const type of TYPES) window.addEventListener(type, moved, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const type of TYPES) window.removeEventListener(type, moved);
    };
  }, []);
  return idle;
}
