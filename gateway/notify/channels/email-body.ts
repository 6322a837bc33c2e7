/** A message as e-mail: plain text, and the same as simple HTML. */
import { type Message, textWithLink } from '../channel.ts';

export const emailText = (message: Message): string => `${textWithLink(message)}\n`;

const COLOURS: Readonly<Record<Message['level'], string>> = {
  notice: '#1565c0',
  warning: '#e65100',
  critical: '#b71c1c',
};

/** No pictures, no styles from elsewhere: nothing is fetched when it is read. */
export function emailHtml(message: Message): string {
  const { level, title, url, maps = [] } = message;
  const links = [...maps, ...(url === null ? [] : [url])];
  const lines = emailText(message)
    .trim()
    .split('\n')
    .map((line) => withLink(line, links))
    .join('<br>\n');
  const button =
    url === null
      ? ''
      : `<p><a href="${inHtml(url)}" style="padding:8px 16px;background:${COLOURS[level]};color:#fff">${inHtml(title)}</a></p>\n`;
  return (
    `<!doctype html>\n<html><body style="font-family:sans-serif">\n` +
    `<h2 style="border-left:8px solid ${COLOURS[level]};padding-left:8px">${inHtml(title)}</h2>\n` +
    `<p>${lines}</p>\n${button}</body></html>\n`
  );
}

/** Only ours, which stand at the ends of lines: what else looks like a link comes in names of stations. */
function withLink(line: string, links: readonly string[]): string {
  const link = links.find((one) => line === one || line.endsWith(` ${one}`));
  if (link === undefined) return inHtml(line);
  return `${inHtml(line.slice(0, -link.length))}<a href="${inHtml(link)}">${inHtml(link)}</a>`;
}

const inHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? '');
