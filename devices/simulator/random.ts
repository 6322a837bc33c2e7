/** Numbers by chance that are the same for the same seed (Park and Miller's generator). Pure. */

const MODULUS = 2_147_483_647;

/** The seed is 1 to 2^31 - 2, and so is each number. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % MODULUS;
    return state;
  };
}

/** 0 to 1, as Math.random; the seed is 1 to 2^31 - 2. */
export function seededRandom(seed: number): () => number {
  const next = seeded(seed);
  return () => next() / MODULUS;
}

/** Whole numbers from 0 up to and without the one that is given; the seed is 1 to 2^31 - 2. */
export function seededBelow(seed: number): (below: number) => number {
  const next = seeded(seed);
  return (below) => next() % below;
}

/** The lengths of an answer that might be one. */
const SHORTEST = 5;
const LONGEST = 64;

/** Bytes without a meaning. */
export function randomBytes(random: () => number): Uint8Array {
  const length = SHORTEST + Math.floor(random() * (LONGEST - SHORTEST + 1));
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}
