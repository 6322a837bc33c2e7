/** What the gateway says of a configuration before it goes: changes, faults, the load of each line. */
import type { ConfigCheck } from '../../../../devices/wire/fleet-config.ts';
import { t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { ConfigChanges } from './config-changes.tsx';
import { percent } from './figures.ts';

export function CheckShown({ check: { changes, faults, lines } }: { check: ConfigCheck }) {
  return (
    <div class="check-shown" role="status">
      {faults.length > 0 ? (
        <div class="check-faults">
          <p class="check-title">
            <Icon name="fail" size={16} />
            {t('fleet.config.cannotGo')}
          </p>
          <ul>
            {faults.map((fault) => (
              <li key={fault} dir="auto">
                {fault}
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <p class="check-good">
          <Icon name="ok" size={16} />
          {t(changes.length === 0 ? 'fleet.config.sameAsNow' : 'fleet.config.canGo')}
        </p>
      )}
      {changes.length > 0 && <ConfigChanges changes={changes} />}
      {lines.length > 0 && (
        <ul class="check-lines">
          {lines.map(({ line, before, after }) => (
            <li key={line}>
              <strong>{line}</strong>{' '}
              {t('fleet.config.lineLoad', {
                before: before === null ? '–' : percent(before),
                after: after === null ? '–' : percent(after),
              })}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
