/** A value with its unit, and what is to be said about its quality. */
import type { LatestReading } from '../../../devices/wire/api.ts';
import { formatNumber, isSwitch, switchText, unitLabel } from '../format.ts';
import { language, t, texts } from '../i18n.ts';
import { reasonText } from '../reason.ts';
import { Icon, type IconName } from './icon.tsx';

/** As plain text, for sentences. */
export function valueText(value: number, parameter: string, unit: string): string {
  if (isSwitch(parameter)) return t(switchText(value));
  const label = unitLabel(unit, language.value);
  const space = label === '' || label === '%' || label === '°' ? '' : ' ';
  return `${formatNumber(value, parameter, language.value)}${space}${label}`;
}

interface ValueProps {
  readonly value: number | null;
  readonly parameter: string;
  readonly unit: string;
}

export function Value({ value, parameter, unit }: ValueProps) {
  if (value === null) {
    return (
      <span class="value value-none">
        <span aria-hidden="true">–</span>
        <span class="unseen">{t('value.none')}</span>
      </span>
    );
  }
  if (isSwitch(parameter)) return <span class="value">{t(switchText(value))}</span>;
  return (
    <span class="value">
      {formatNumber(value, parameter, language.value)}
      <span class="unit">{unitLabel(unit, language.value)}</span>
    </span>
  );
}

type Flag = LatestReading['flag'];

const FLAG_ICONS: Readonly<Record<Flag, IconName>> = {
  1: 'ok',
  2: 'new',
  3: 'doubtful',
  4: 'fail',
  9: 'missing',
};

/** The flag's name, short: its reason is told by whoever has the room. */
export function FlagTag({ flag, reason }: { flag: Flag; reason: string | null }) {
  const why = reason === null ? undefined : reasonText(reason, texts());
  return (
    <span class={`tag tag-flag-${flag}`} title={why}>
      <Icon name={FLAG_ICONS[flag]} size={12} weight={2.4} />
      {t(`flag.${flag}`)}
    </span>
  );
}
