/** A live message as it comes from the broker, checked. */
import { type Live, liveSchema } from '../devices/wire/messages.ts';
import { parseTopic } from '../devices/wire/topics.ts';

/** The message, or the reason why it is refused. */
export function readLive(topic: string, payload: Uint8Array): Live | string {
  const parsed = parseTopic(topic);
  if (parsed?.kind !== 'live') return 'not a topic of live readings';
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return 'not JSON';
  }
  const result = liveSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    return issue ? `${issue.path.map(String).join('.')}: ${issue.message}`.slice(0, 300) : 'unknown fault';
  }
  if (result.data.station !== parsed.station)
    return `names station "${result.data.station}" under another's topic`;
  return result.data;
}
