/** Small messages go out at once: an alarm must not wait until the one before it is confirmed (Nagle, RFC 896). */
import { Socket } from 'node:net';

/** For a client of MQTT.js when it has connected; each connection has a stream of its own. */
export function sendAtOnce({ stream }: { readonly stream: unknown }): void {
  if (stream instanceof Socket) stream.setNoDelay(true);
}
