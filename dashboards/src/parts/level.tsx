/** The level of an alert: outline, word and colour say the same. */
import type { AlertAnswer } from '../../../devices/wire/api.ts';
import { t } from '../i18n.ts';
import { Icon } from './icon.tsx';

export function Level({ level }: { level: AlertAnswer['level'] }) {
  return (
    <span class={`level level-${level}`}>
      <Icon name={level} size={14} weight={2.4} />
      {t(`level.${level}`)}
    </span>
  );
}
