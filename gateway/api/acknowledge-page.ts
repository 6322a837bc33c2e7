/** The page behind the link of a message: for a telephone with little network, so without script, and small. */
import type { FastifyReply } from 'fastify';
import type { Api } from './server.ts';

const STYLE_AT = '/ack/style.css';

/** Large enough for a thumb in the sun; dark where the telephone is. */
const STYLE = `:root { color-scheme: light dark; --accent: #0b6e61; --line: #c9d3d6 }
body { max-width: 32rem; margin: 0 auto; padding: 1.25rem; font: 1.125rem/1.5 system-ui, sans-serif }
h1 { margin: 0 0 1rem; font-size: 1.375rem; border-left: 0.5rem solid #6b7a80; padding-left: 0.75rem }
h1.critical { border-color: #b71c1c } h1.warning { border-color: #c2570c } h1.notice { border-color: #1565c0 }
ul { margin: 0 0 1.25rem; padding: 0; list-style: none }
li { padding: 0.75rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
button { width: 100%; padding: 1rem; border: 0; border-radius: 0.5rem; background: var(--accent); color: #fff; font: 700 1.25rem system-ui, sans-serif }
button:focus-visible { outline: 0.25rem solid #8ad0c5 }
`;

export interface AcknowledgePage {
  readonly language: 'vi' | 'en';
  readonly level: 'notice' | 'warning' | 'critical' | null;
  readonly title: string;
  /** What it is about, one alert a line. */
  readonly alerts: readonly string[];
  readonly text: string;
  /** null: there is nothing to press. */
  readonly button: string | null;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

export function sendPage(reply: FastifyReply, page: AcknowledgePage): FastifyReply {
  const { language, level, title, alerts, text, button } = page;
  // text/plain: a form without fields needs no other, and the API takes no other.
  const form =
    button === null
      ? ''
      : `<form method="post" enctype="text/plain"><button type="submit">${escaped(button)}</button></form>`;
  const list = alerts.map((line) => `<li>${escaped(line)}</li>`).join('');
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex')
    .send(
      `<!doctype html><html lang="${language}"><meta charset="utf-8">` +
        '<meta name="viewport" content="width=device-width, initial-scale=1">' +
        `<link rel="stylesheet" href="${STYLE_AT}">` +
        `<title>${escaped(title)}</title><h1${level === null ? '' : ` class="${level}"`}>${escaped(title)}</h1>` +
        `${list === '' ? '' : `<ul>${list}</ul>`}<p>${escaped(text)}</p>${form}</html>`,
    );
}

/** A file of its own: the policy of the pages allows no style within them. */
export function pageStyleRoute(app: Api): void {
  app.get(STYLE_AT, { config: { access: 'screens' }, schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=86400').send(STYLE),
  );
}
