/** One's own API tokens, and a new one. */
import { useSignal } from '@preact/signals';
import type { Profile, Token } from '../../../../devices/wire/users.ts';
import { t } from '../../i18n.ts';
import { AskFirst } from '../../parts/ask-first.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Shown } from '../../parts/shown.tsx';
import { useAnswer } from '../../use-answer.ts';
import { TokenTable, tokenName } from '../users/token-table.tsx';
import { ownTokens, revokeOwnToken } from './calls.ts';
import { NewToken } from './new-token.tsx';
import { ProfileCard } from './profile-card.tsx';

export function OwnTokens({ profile }: { profile: Profile }) {
  const asked = useAnswer(ownTokens, []);
  const adding = useSignal(false);
  const revoking = useSignal<Token | null>(null);
  return (
    <ProfileCard title={t('profile.tokens')} wide>
      <p class="field-hint">{t('profile.tokensText')}</p>
      <Shown asked={asked} lines={2}>
        {(tokens) =>
          tokens.length === 0 ? (
            <p class="field-hint">{t('users.noTokens')}</p>
          ) : (
            <TokenTable tokens={tokens} revoke={(token) => (revoking.value = token)} />
          )
        }
      </Shown>
      <div class="form-actions">
        <button type="button" class="button" onClick={() => (adding.value = true)}>
          <Icon name="plus" size={16} />
          {t('profile.newToken')}
        </button>
      </div>
      {adding.value && (
        <NewToken profile={profile} close={() => (adding.value = false)} issued={asked.again} />
      )}
      {revoking.value !== null && (
        <AskFirst
          title={t('users.revokeOf', { what: tokenName(revoking.value) })}
          text={t('users.revokeText')}
          action={t('users.revoke')}
          work={() => revokeOwnToken(revoking.value?.id ?? '')}
          done={() => {
            revoking.value = null;
            asked.again();
          }}
          close={() => (revoking.value = null)}
        />
      )}
    </ProfileCard>
  );
}
