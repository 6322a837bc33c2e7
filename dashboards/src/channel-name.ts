/** What people call a channel: `email`, `sms`, `web-push`, `chat:{id}`. Pure. */
import { fill, type Texts } from './texts/texts.ts';

export function channelName(kind: string, texts: Texts): string {
  if (kind === 'email' || kind === 'sms' || kind === 'web-push') return texts[`channel.${kind}`];
  return fill(texts['channel.chat'], { name: kind.replace(/^chat:/, '') });
}
