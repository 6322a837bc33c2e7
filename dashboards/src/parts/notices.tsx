/** What a part of the screen says when it has nothing to show: empty, loading, failed; and where data is from. */
import type { ComponentChildren } from 'preact';
import type { StationAnswer } from '../../../devices/wire/api.ts';
import { local, t } from '../i18n.ts';
import { Icon, type IconName } from './icon.tsx';

interface NoticeProps {
  readonly icon: IconName;
  readonly title: string;
  readonly text?: string;
  readonly children?: ComponentChildren;
}

export function Notice({ icon, title, text, children }: NoticeProps) {
  return (
    <div class="notice">
      <span class="notice-icon">
        <Icon name={icon} size={22} />
      </span>
      <p class="notice-title">{title}</p>
      {text !== undefined && <p class="notice-text">{text}</p>}
      {children}
    </div>
  );
}

/** Grey lines in the shape of what will come. */
export function Skeleton({ lines }: { lines: number }) {
  return (
    <div class="skeleton" role="status">
      <span class="unseen">{t('app.loading')}</span>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} class="skeleton-line" aria-hidden="true" />
      ))}
    </div>
  );
}

/** Values that are no measurements of their place say so wherever they are shown. */
export function Origin({ origin, short = false }: { origin: StationAnswer['origin']; short?: boolean }) {
  if (origin === undefined) return null;
  const text = local(origin);
  return (
    <p class={short ? 'origin origin-short' : 'origin'} title={short ? text : undefined}>
      <Icon name="replay" size={14} />
      <span>{text}</span>
    </p>
  );
}
