/** How long a certificate of an edge is good. Apart from what makes them, whose library takes a while to load. */
export const CLIENT_MS = 90 * 86_400_000;
