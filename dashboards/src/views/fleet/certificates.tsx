/** How edges get in, until when; taking that away, and codes for new boxes. */
import { useSignal } from '@preact/signals';
import { formatDuration } from '../../age.ts';
import { now } from '../../clock.ts';
import { formatDate } from '../../format.ts';
import { t, texts } from '../../i18n.ts';
import { Age } from '../../parts/age.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { hrefOf } from '../../route.ts';
import type { TextKey } from '../../texts/texts.ts';
import { type Asked, useAnswer } from '../../use-answer.ts';
import { type Certificate, certificates } from './calls.ts';
import { EnrolCode } from './enrol-code.tsx';
import { mayPush } from './may-push.ts';
import { RevokeDialog } from './revoke.tsx';

/** A certificate is renewed by itself 30 days before its end: what is nearer has not been. */
const SOON_MS = 21 * 86_400_000;

/** The one that ends first is the first. */
const soonestFirst = (all: readonly Certificate[]): Certificate[] =>
  [...all].sort(
    (a, b) =>
      (a.until ?? Number.POSITIVE_INFINITY) - (b.until ?? Number.POSITIVE_INFINITY) ||
      a.edge.localeCompare(b.edge, 'en', { numeric: true }),
  );

const loginText = (login: string): string => t(`fleet.login.${login}` as TextKey);

export function Certificates() {
  const asked = useAnswer(certificates, []);
  return (
    <Shown asked={asked}>
      {(all) => (
        <>
          <p class="page-lead">{t('fleet.access.lead')}</p>
          {mayPush() && <EnrolCode again={asked.again} />}
          {all.length === 0 ? (
            <Notice icon="fleet" title={t('fleet.access.none')} text={t('fleet.access.noneText')} />
          ) : (
            <ul class="access-list">
              {soonestFirst(all).map((one) => (
                <li key={one.edge} class="card access-row">
                  <a class="access-edge" href={hrefOf('fleet', [one.edge], { part: 'access' })}>
                    {one.edge}
                  </a>
                  <AccessFacts one={one} asked={asked} />
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </Shown>
  );
}

export function EdgeAccess({ name }: { name: string }) {
  const asked = useAnswer(certificates, [name]);
  return (
    <Shown asked={asked}>
      {(all) => {
        const own = all.find(({ edge }) => edge === name);
        return (
          <div class="card access-row">
            {own ? <AccessFacts one={own} asked={asked} /> : <p>{t('fleet.access.unknown')}</p>}
            {mayPush() && own && <EnrolCode edge={name} again={asked.again} />}
          </div>
        );
      }}
    </Shown>
  );
}

function AccessFacts({ one, asked }: { one: Certificate; asked: Asked<Certificate[]> }) {
  const revoking = useSignal(false);
  const { login, until, seen_at, edge } = one;
  return (
    <>
      <dl class="access-facts">
        <div>
          <dt>{t('fleet.access.login')}</dt>
          <dd>{loginText(login)}</dd>
        </div>
        <div>
          <dt>{t('fleet.access.until')}</dt>
          <dd>{until === null ? t('fleet.access.noEnd') : <Until at={until} />}</dd>
        </div>
        <div>
          <dt>{t('fleet.access.seen')}</dt>
          <dd>{seen_at === null ? t('age.none') : <Age at={seen_at} />}</dd>
        </div>
      </dl>
      {mayPush() && login !== 'nothing' && (
        <button
          type="button"
          class="button button-danger"
          aria-label={t('fleet.revoke.of', { edge })}
          onClick={() => {
            revoking.value = true;
          }}
        >
          {t('fleet.revoke.button')}
        </button>
      )}
      {revoking.value && (
        <RevokeDialog
          edge={edge}
          close={() => {
            revoking.value = false;
            asked.again();
          }}
        />
      )}
    </>
  );
}

function Until({ at }: { at: number }) {
  const left = at - now.value;
  const soon = left < SOON_MS;
  return (
    <span class={left <= 0 ? 'text-critical' : soon ? 'text-warning' : undefined}>
      {soon && <Icon name={left <= 0 ? 'critical' : 'warning'} size={14} />} {formatDate(at)}{' '}
      <span class="quiet-text">
        {left <= 0 ? t('fleet.access.over') : t('fleet.access.left', { time: formatDuration(left, texts()) })}
      </span>
    </span>
  );
}
