/** What a push message becomes on the lock screen, and where its press leads. Pure. */

/** As gateway/notify/channels/web-push.ts sends it. */
interface Payload {
  readonly id?: string;
  readonly level?: string;
  readonly title?: string;
  readonly text?: string;
  readonly alert?: string;
}

export interface Told {
  readonly title: string;
  readonly options: NotificationOptions & {
    readonly data: { readonly hash: string };
    readonly renotify: boolean;
    readonly vibrate?: readonly number[];
  };
}

/** Browsers end the subscription of a page that shows nothing for a push: what cannot be read is told as well. */
const UNREADABLE = { title: 'Quantrac', text: 'Có cảnh báo mới. / There is a new alert.' };
/** Beyond it systems cut by themselves, each in its own place. */
const MOST_TEXT = 400;

const textOf = (value: unknown, otherwise: string): string =>
  typeof value === 'string' && value.trim() !== '' ? value : otherwise;

export function toldBy(text: string | null): Told {
  const { id, level, title, text: body, alert } = read(text);
  const critical = level === 'critical';
  // An id is a number; what is none leads to the list.
  const one = typeof alert === 'string' && /^\d{1,15}$/.test(alert);
  const hash = one ? `#/alerts/${alert}` : '#/alerts';
  const whole = textOf(body, UNREADABLE.text);
  return {
    title: textOf(title, UNREADABLE.title),
    options: {
      body: whole.length > MOST_TEXT ? `${whole.slice(0, MOST_TEXT)}…` : whole,
      icon: '/icons/icon-192.png',
      badge: '/icons/badge-96.png',
      // News of the same alert takes the place of what was told of it before, and is heard anew.
      tag: one ? `alert-${alert}` : textOf(id, 'alerts'),
      renotify: true,
      requireInteraction: critical,
      ...(critical && { vibrate: [300, 120, 300, 120, 600] }),
      data: { hash },
    },
  };
}

function read(text: string | null): Payload {
  try {
    const payload: unknown = JSON.parse(text ?? '');
    return typeof payload === 'object' && payload !== null ? payload : {};
  } catch {
    return {};
  }
}
