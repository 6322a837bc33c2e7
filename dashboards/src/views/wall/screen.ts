/** The screen of a wall: dark from the first moment, full when asked, and awake. */

/** Its colours are those of style/wall.css from here on; public/wall.js does the same before the page is there. */
export function goDark(): () => void {
  document.documentElement.classList.add('wall-dark');
  return () => document.documentElement.classList.remove('wall-dark');
}

export function toggleFullScreen(): void {
  // Refused where the browser forbids it: the key F11 is left.
  if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
  else void document.documentElement.requestFullscreen?.().catch(() => {});
}

/** Browsers without wake locks, and pages that are not served securely, leave it to the settings of the machine. */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let ended = false;
  const ask = async (): Promise<void> => {
    if (ended || document.hidden || navigator.wakeLock === undefined) return;
    try {
      lock = await navigator.wakeLock.request('screen');
      if (ended) void lock.release();
    } catch {
      lock = null;
    }
  };
  const seen = (): void => void ask();
  void ask();
  document.addEventListener('visibilitychange', seen);
  return () => {
    ended = true;
    document.removeEventListener('visibilitychange', seen);
    void lock?.release().catch(() => {});
  };
}
