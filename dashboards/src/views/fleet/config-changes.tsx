/** What a configuration changes, by the names of things. */
import type { ConfigCheck } from '../../../../devices/wire/fleet-config.ts';
import { t } from '../../i18n.ts';

export function ConfigChanges({ changes }: { changes: ConfigCheck['changes'] }) {
  if (changes.length === 0) return <p class="quiet-text">{t('fleet.config.noChanges')}</p>;
  return (
    <div class="table-box">
      <table class="table config-changes">
        <thead>
          <tr>
            <th scope="col">{t('fleet.config.place')}</th>
            <th scope="col">{t('fleet.config.from')}</th>
            <th scope="col">{t('fleet.config.to')}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ place, kind, from, to }) => (
            <tr key={place}>
              <th scope="row" dir="auto">
                {place}
                {kind !== 'changed' && <span class="tag">{t(`fleet.config.${kind}`)}</span>}
              </th>
              <td dir="auto">{from === null ? '–' : <del>{from}</del>}</td>
              <td dir="auto">{to === null ? '–' : <ins>{to}</ins>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
