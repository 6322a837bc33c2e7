/** What a view shows of an answer: the value, or why there is none, each in the same words everywhere. */
import type { ComponentChildren } from 'preact';
import { formatAge } from '../age.ts';
import type { ApiFault } from '../api.ts';
import { now } from '../clock.ts';
import { t, texts } from '../i18n.ts';
import { hrefOf } from '../route.ts';
import type { Asked } from '../use-answer.ts';
import { Icon } from './icon.tsx';
import { Notice, Skeleton } from './notices.tsx';

interface ShownProps<T> {
  readonly asked: Asked<T>;
  /** Grey lines while it loads. */
  readonly lines?: number;
  readonly children: (value: T) => ComponentChildren;
}

export function Shown<T>({ asked, lines = 4, children }: ShownProps<T>) {
  const answer = asked.answer.value;
  if (answer.kind === 'loading') return <Skeleton lines={lines} />;
  if (answer.kind === 'failed') return <Fault fault={answer.fault} again={asked.again} />;
  return (
    <>
      {answer.fault !== null && (
        <p class="late" role="status">
          <Icon name="silent" size={16} />
          {t('shown.old', { age: formatAge(answer.at, now.value, texts()) })}
          <button type="button" class="button" onClick={asked.again}>
            {t('app.retry')}
          </button>
        </p>
      )}
      {children(answer.value)}
    </>
  );
}

export function Fault({ fault, again }: { fault: ApiFault; again?: () => void }) {
  if (fault.status === 403)
    return <Notice icon="person" title={t('shown.forbidden')} text={t('shown.forbiddenText')} />;
  if (fault.status === 404) return <WrongLink />;
  return (
    <div role="alert">
      <Notice
        icon="silent"
        title={t('shown.failed')}
        text={fault.kind === 'away' ? t('shown.away') : fault.message}
      >
        {again && (
          <button type="button" class="button" onClick={again}>
            {t('app.retry')}
          </button>
        )}
      </Notice>
    </div>
  );
}

export function WrongLink() {
  return (
    <Notice icon="doubtful" title={t('shown.unknown')} text={t('shown.unknownText')}>
      <a class="button" href={hrefOf('overview')}>
        {t('shown.home')}
      </a>
    </Notice>
  );
}
