/**
 * A short tone for a new critical alert, when the person has asked for it. Browsers let a page sound only after somebody has
 * pressed something in it: until then it says so.
 */
import { effect, signal } from '@preact/signals';
import { recall, remember } from './memory.ts';
import { type Alerts, newCritical } from './merge.ts';
import { alerts, loaded } from './state.ts';

const KEY = 'quantrac.sound';

export const isSoundOn = signal(recall(KEY) === 'on');
/** It was asked for, and the browser does not let it sound until something is pressed. */
export const isSoundHeld = signal(false);

/** Hz and seconds: two rising calls, heard over talk and unlike the tones of telephones. */
const CALL = [
  { hz: 740, at: 0, s: 0.16 },
  { hz: 988, at: 0.18, s: 0.16 },
  { hz: 740, at: 0.5, s: 0.16 },
  { hz: 988, at: 0.68, s: 0.28 },
] as const;
const LOUDNESS = 0.35;
const EDGE_S = 0.015;

let context: AudioContext | null = null;

function ready(): AudioContext | null {
  if (context === null && globalThis.AudioContext !== undefined) {
    context = new AudioContext();
    context.onstatechange = tellHeld;
  }
  // Pending while nothing was pressed: it must not be waited for.
  if (context?.state === 'suspended') void context.resume().catch(() => {});
  tellHeld();
  return context;
}

function tellHeld(): void {
  isSoundHeld.value = isSoundOn.value && context !== null && context.state !== 'running';
}

/** Sounds now, where the browser lets it. */
function sound(): void {
  const audio = ready();
  // What is held back would all sound together at the next press.
  if (audio === null || audio.state !== 'running') return;
  const start = audio.currentTime + 0.02;
  for (const { hz, at, s } of CALL) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.type = 'triangle';
    tone.frequency.value = hz;
    volume.gain.setValueAtTime(0, start + at);
    volume.gain.linearRampToValueAtTime(LOUDNESS, start + at + EDGE_S);
    volume.gain.setValueAtTime(LOUDNESS, start + at + s - EDGE_S);
    // Cut off at once it would crack.
    volume.gain.linearRampToValueAtTime(0, start + at + s);
    tone.connect(volume).connect(audio.destination);
    tone.start(start + at);
    tone.stop(start + at + s);
  }
}

/** After a press, so that it is allowed: waits for the browser to begin. */
export async function tryOut(): Promise<void> {
  await ready()?.resume();
  sound();
}

export function chooseSound(on: boolean): void {
  isSoundOn.value = on;
  remember(KEY, on ? 'on' : 'off');
  tellHeld();
  if (on) void tryOut();
}

export function followSound(): () => void {
  let before: Alerts | null = null;
  const pressed = (): void => {
    if (isSoundOn.value) ready();
  };
  // A press anywhere in the page is what the browser waits for.
  for (const type of ['pointerdown', 'keydown']) window.addEventListener(type, pressed, { passive: true });
  const stop = effect(() => {
    // What is there when the page opens is no news.
    if (loaded.value !== 'ready') {
      before = null;
      return;
    }
    const after = alerts.value;
    if (before !== null && isSoundOn.peek() && newCritical(before, after).length > 0) sound();
    before = after;
  });
  if (isSoundOn.peek()) ready();
  return () => {
    stop();
    for (const type of ['pointerdown', 'keydown']) window.removeEventListener(type, pressed);
  };
}
