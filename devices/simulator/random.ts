/** Numbers by chance that are the same for the same seed (Park and Miller's generator). Pure. */

/** 0 to 1, as Math.random; the seed is 1 to 2^31 - 2. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** The lengths of an answer that might be one. */
const SHORTEST = 5;
const LONGEST = 64;

/** Bytes without a meaning. */
export function randomBytes(random: () => number): Uint8Array {
  const length = SHORTEST + Math.floor(random() * (LONGEST - SHORTEST + 1));
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}
