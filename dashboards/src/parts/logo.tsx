/** The mark of the product: a level that is watched. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg class="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M4 19h6l3-8 5 12 3-7h7" />
    </svg>
  );
}
