/** The messages that hold, as an Atom feed (RFC 4287) whose entries link to the CAP documents. Pure. */
import { create } from 'xmlbuilder2';
import { plain } from './message.ts';
import type { PublishedHead } from './rows.ts';
import type { CapSettings } from './settings.ts';

/** RFC 4151: the sender had its address in the year of the message. */
const tag = (sender: string, year: number, rest: string): string => `tag:${sender},${year}:${rest}`;

/**
 * @param messages newest first
 * @param now epoch ms: when a feed without messages was updated
 */
export function atomFeed(
  messages: readonly PublishedHead[],
  settings: Pick<CapSettings, 'sender' | 'sender_name' | 'province' | 'system'>,
  now: number,
): string {
  const { sender, sender_name, province, system } = settings;
  const time = (at: number) => new Date(at).toISOString();
  const newest = messages.length === 0 ? now : Math.max(...messages.map(({ sent }) => sent));
  const feed = create({ version: '1.0', encoding: 'UTF-8' }).ele('http://www.w3.org/2005/Atom', 'feed', {
    'xml:lang': 'vi-VN',
  });
  feed.ele({
    // The year is when this form of id began: it must stay the same for ever.
    id: tag(sender, 2026, `vn.${province}.${system}`),
    title: `Bản tin CAP: ${plain(sender_name.vi)}`,
    updated: time(newest),
    author: { name: plain(sender_name.vi) },
    // Relative to the feed's own address: right behind any proxy.
    link: { '@rel': 'self', '@type': 'application/atom+xml', '@href': 'feed.atom' },
  });
  for (const { identifier, sent, headline, type, expires } of messages) {
    const summary = `${type} ${identifier}, hết hạn ${time(expires)}`;
    feed.ele('entry').ele({
      id: tag(sender, new Date(sent).getUTCFullYear(), identifier),
      title: plain(headline),
      updated: time(sent),
      link: { '@rel': 'alternate', '@type': 'application/cap+xml', '@href': `${identifier}.xml` },
      summary,
    });
  }
  return feed.end({ prettyPrint: true });
}
