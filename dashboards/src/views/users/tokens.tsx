/** The API tokens of everybody: those that end soonest first. */
import { useSignal } from '@preact/signals';
import type { Token } from '../../../../devices/wire/users.ts';
import { t } from '../../i18n.ts';
import { AskFirst } from '../../parts/ask-first.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { hrefOf } from '../../route.ts';
import { useAnswer } from '../../use-answer.ts';
import { revokeToken, usersInFull } from './calls.ts';
import { TokenTable, tokenName } from './token-table.tsx';

export function Tokens() {
  const asked = useAnswer(usersInFull, []);
  const revoking = useSignal<Token | null>(null);
  return (
    <div>
      <p class="page-lead users-lead">
        {t('users.tokensLead')} <a href={hrefOf('profile')}>{t('nav.profile')}</a>
      </p>
      <Shown asked={asked} lines={6}>
        {(all) => {
          const tokens = all
            .flatMap((one) => one.tokens)
            .sort((one, other) => one.expires_at - other.expires_at);
          return tokens.length === 0 ? (
            <Notice icon="limits" title={t('users.noTokens')} text={t('users.noTokensText')} />
          ) : (
            <TokenTable tokens={tokens} owners revoke={(token) => (revoking.value = token)} />
          );
        }}
      </Shown>
      {revoking.value !== null && (
        <Revoke
          token={revoking.value}
          close={() => (revoking.value = null)}
          done={() => {
            revoking.value = null;
            asked.again();
          }}
        />
      )}
    </div>
  );
}

function Revoke({ token, close, done }: { token: Token; close: () => void; done: () => void }) {
  return (
    <AskFirst
      title={t('users.revokeOf', { what: tokenName(token) })}
      text={t('users.revokeText')}
      action={t('users.revoke')}
      work={() => revokeToken(token.user, token.id)}
      done={done}
      close={close}
    />
  );
}
