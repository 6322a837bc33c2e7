/** API tokens: whose, what they may, until when, when used last; the secret itself is nowhere. */
import type { Token } from '../../../../devices/wire/users.ts';
import { now } from '../../clock.ts';
import { formatDate } from '../../format.ts';
import { t } from '../../i18n.ts';
import { Age } from '../../parts/age.tsx';
import { Icon } from '../../parts/icon.tsx';
import { hrefOf } from '../../route.ts';
import { areaText } from './rights-fields.tsx';

interface TokenTableProps {
  readonly tokens: readonly Token[];
  /** Whether it is said whose they are. */
  readonly owners?: boolean;
  readonly revoke: (token: Token) => void;
}

const SOON_MS = 7 * 86_400_000;

export const tokenName = ({ label, id }: Pick<Token, 'label' | 'id'>): string => label ?? id;

export function TokenTable({ tokens, owners = false, revoke }: TokenTableProps) {
  return (
    <section class="table-box" aria-label={t('users.tokens')}>
      <table class="table stack-table">
        <thead>
          <tr>
            <th scope="col">{t('users.tokenLabel')}</th>
            {owners && <th scope="col">{t('users.owner')}</th>}
            <th scope="col">{t('users.scope')}</th>
            <th scope="col">{t('users.expires')}</th>
            <th scope="col">{t('users.lastUse')}</th>
            <th scope="col">
              <span class="unseen">{t('users.revoke')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <th scope="row">
                <bdi class="cut" title={tokenName(token)}>
                  {tokenName(token)}
                </bdi>
              </th>
              {owners && (
                <td data-name={t('users.owner')}>
                  <a href={hrefOf('users', ['people', token.user])}>
                    <bdi>{token.user}</bdi>
                  </a>
                </td>
              )}
              <td data-name={t('users.scope')}>
                {t(`role.${token.role}`)}
                <span class="rows-note">
                  <bdi>{areaText(token.areas)}</bdi>
                </span>
              </td>
              <td data-name={t('users.expires')}>
                {formatDate(token.expires_at)}
                {token.expires_at - now.value < SOON_MS && (
                  <span class="tag tag-flag-3">
                    <Icon name="clock" size={12} />
                    {t('users.soon')}
                  </span>
                )}
              </td>
              <td data-name={t('users.lastUse')}>
                {token.used_at === null ? t('users.never') : <Age at={token.used_at} />}
              </td>
              <td class="table-act">
                <button
                  type="button"
                  class="button"
                  aria-label={t('users.revokeOf', { what: tokenName(token) })}
                  onClick={() => revoke(token)}
                >
                  <Icon name="trash" size={16} />
                  {t('users.revoke')}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
