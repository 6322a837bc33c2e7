/** All Vietnamese texts, a file for each part of the screens. */
import { first } from './first.ts';
import { more } from './more.ts';

export const vi = { ...first, ...more } as const;
