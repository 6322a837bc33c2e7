/** Code that was to come and did not: because the gateway is away, or because it has newer screens and no longer this file. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { isAnswering } from '../api.ts';
import { t } from '../i18n.ts';
import { takeOver } from '../offline/install.ts';
import { Notice, Skeleton } from './notices.tsx';

interface NoCodeProps {
  /** Tries once more. */
  readonly again: () => void;
  /** Other ways out. */
  readonly children?: ComponentChildren;
}

export function NoCode({ again, children }: NoCodeProps) {
  const why = useSignal<'asking' | 'away' | 'newer'>('asking');
  useEffect(() => {
    void isAnswering().then((answers) => {
      why.value = answers ? 'newer' : 'away';
    });
  }, []);
  if (why.value === 'asking') return <Skeleton lines={5} />;
  const newer = why.value === 'newer';
  return (
    <Notice
      icon={newer ? 'replay' : 'silent'}
      title={t('shown.failed')}
      text={t(newer ? 'phone.newVersion' : 'shown.away')}
    >
      <button type="button" class="button" onClick={newer ? takeOver : again}>
        {t(newer ? 'phone.reload' : 'app.retry')}
      </button>
      {children}
    </Notice>
  );
}
