/** Open sessions: from where, with what, since when, until when. */
import type { SessionRow } from '../../../../devices/wire/users.ts';
import { now } from '../../clock.ts';
import { formatMoment } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { Age } from '../../parts/age.tsx';
import { Icon } from '../../parts/icon.tsx';
import { browserName } from './rules.ts';

interface SessionListProps {
  readonly sessions: readonly SessionRow[];
  /** Absent: they cannot be ended one by one. */
  readonly end?: (id: string) => void;
}

export function SessionList({ sessions, end }: SessionListProps) {
  if (sessions.length === 0) return <p class="field-hint">{t('users.noSessions')}</p>;
  return (
    <ul class="rows">
      {sessions.map((session) => (
        <li key={session.id}>
          <div class="rows-main">
            <strong title={session.agent ?? undefined}>
              <bdi>{session.agent === null ? t('users.unknownBrowser') : browserName(session.agent)}</bdi>
            </strong>
            {session.current && <span class="tag">{t('users.thisSession')}</span>}
            <p class="rows-note">
              {session.from !== null && <bdi>{session.from}</bdi>}
              {session.created_at !== null && (
                <span>
                  {t('users.since', {
                    time: formatMoment(session.created_at, now.value, language.value),
                  })}
                </span>
              )}
              {session.used_at !== null && (
                <span>
                  {t('users.lastUse')} <Age at={session.used_at} />
                </span>
              )}
              <span>
                {t('users.until', { time: formatMoment(session.expires_at, now.value, language.value) })}
              </span>
            </p>
          </div>
          {end && (
            <button
              type="button"
              class="button"
              aria-label={t('users.endOf', { what: session.from ?? session.id })}
              onClick={() => end(session.id)}
            >
              <Icon name="close" size={16} />
              {t('users.end')}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
