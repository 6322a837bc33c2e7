/** The area of forest fire that was looked at last in this browser, until its person logs out. */
import { recall, remember } from './memory.ts';

const KEY = 'quantrac.fire.area';

/** By its Vietnamese name; empty: none, and the worst one is shown. */
export const recallArea = (): string => recall(KEY) ?? '';
export const rememberArea = (area: string): void => remember(KEY, area);
