/** RFC 9110, 10.2.3: milliseconds from seconds or an HTTP date; null: there is none that can be read. `now` is epoch ms. */
export function retryAfterMs(value: string | undefined, now: number): number | null {
  if (value === undefined) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
