/** What an edge brought back: registers as numbers, lines of its log. */
import { t } from '../../i18n.ts';
import { Shown } from '../../parts/shown.tsx';
import { useAnswer } from '../../use-answer.ts';
import { commandOf } from './calls.ts';

interface RegisterTableProps {
  readonly values: readonly number[];
  /** Of the first; null: what was written, read back. */
  readonly from: number | null;
  readonly bits: boolean;
}

const signed = (value: number): number => (value > 32_767 ? value - 65_536 : value);

export function RegisterTable({ values, from, bits }: RegisterTableProps) {
  return (
    <div class="table-box registers">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t('fleet.register.address')}</th>
            <th scope="col" class="number">
              {t('fleet.register.value')}
            </th>
            {!bits && (
              <>
                <th scope="col" class="number">
                  {t('fleet.register.signed')}
                </th>
                <th scope="col" class="number">
                  Hex
                </th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {values.map((value, index) => (
            <tr key={index}>
              <th scope="row">{from === null ? t('fleet.register.readBack') : from + index}</th>
              <td class="number">{value}</td>
              {!bits && (
                <>
                  <td class="number">{signed(value)}</td>
                  <td class="number">
                    <code>{value.toString(16).toUpperCase().padStart(4, '0')}</code>
                  </td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function LogLines({ edge, id }: { edge: string; id: string }) {
  const asked = useAnswer((signal) => commandOf(edge, id, signal), [edge, id]);
  return (
    <Shown asked={asked}>
      {({ lines }) => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
        <pre class="log-lines" tabIndex={0}>
          {lines === null || lines.length === 0 ? t('fleet.command.noLog') : lines.join('\n')}
        </pre>
      )}
    </Shown>
  );
}
