/** What a version changed, each limit as its sentence before and after. */

import { parameterName } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import type { Limit } from './calls.ts';
import type { LimitChange } from './change.ts';
import { limitSentences } from './sentence.ts';

const wordsOf = (limit: Limit): string => {
  const { raises, clears } = limitSentences(limit);
  return clears === null ? raises : `${raises} ${clears}`;
};

export function Changes({ changes }: { changes: readonly LimitChange[] }) {
  if (changes.length === 0) return <p class="quiet-text">{t('limits.history.nothing')}</p>;
  return (
    <ul class="limit-changes">
      {changes.map(({ kind, from, to }) => {
        const limit = to ?? from;
        return (
          <li key={`${limit?.parameter}/${limit?.name}`}>
            <span class="tag">{t(`limits.change.${kind}`)}</span>{' '}
            {limit && (
              <span class="limit-changes-what">{parameterName(limit.parameter, language.value)}</span>
            )}
            {from && <del>{wordsOf(from)}</del>}
            {to && <ins>{wordsOf(to)}</ins>}
          </li>
        );
      })}
    </ul>
  );
}
