/** Bringing the commune boundaries that a province has: a file of this computer, kept in this browser. */
import { useSignal } from '@preact/signals';
import { currentTime } from '../../clock.ts';
import { formatMoment } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import type { Fault } from '../../map/boundaries/boundary-file.ts';
import { boundaries, importBoundaries, removeBoundaries } from '../../map/boundaries/boundary-store.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Icon } from '../../parts/icon.tsx';

type Told = { readonly kind: 'nothing' | 'busy' | 'kept' | 'forThisVisit' | 'failed' } | Refusal;
interface Refusal {
  readonly kind: 'refused';
  readonly fault: Fault;
  readonly file: string;
}

export function BoundaryDialog({ close }: { close: () => void }) {
  const told = useSignal<Told>({ kind: 'nothing' });
  const own = boundaries.value;

  const take = async (input: HTMLInputElement): Promise<void> => {
    const file = input.files?.[0];
    if (!file || told.value.kind === 'busy') return;
    told.value = { kind: 'busy' };
    try {
      const imported = await importBoundaries(file);
      told.value =
        imported.kind === 'ok'
          ? { kind: imported.kept ? 'kept' : 'forThisVisit' }
          : { kind: 'refused', fault: imported.fault, file: file.name };
    } catch {
      told.value = { kind: 'failed' };
    }
    // The same file may be chosen again after it was mended.
    input.value = '';
  };

  return (
    <Dialog title={t('borders.title')} close={close}>
      <div class="form">
        <p>{t('borders.lead')}</p>
        {own && (
          <div class="borders-own">
            <Icon name="borders" />
            <p>
              <bdi class="borders-file" title={own.file}>
                {own.file}
              </bdi>
              <span>
                {t('borders.count', { n: own.shapes.length })} ·{' '}
                {t('borders.since', { time: formatMoment(own.importedAt, currentTime(), language.value) })}
              </span>
            </p>
            <button
              type="button"
              class="button"
              onClick={() => {
                told.value = { kind: 'nothing' };
                void removeBoundaries();
              }}
            >
              <Icon name="trash" size={16} />
              {t('borders.remove')}
            </button>
          </div>
        )}
        <label class="borders-choose">
          <span class="button button-strong" aria-hidden="true">
            {t(own ? 'borders.other' : 'borders.choose')}
          </span>
          <input
            type="file"
            class="unseen"
            accept=".geojson,.json,application/geo+json,application/json"
            aria-label={t(own ? 'borders.other' : 'borders.choose')}
            onChange={(event) => void take(event.currentTarget)}
          />
        </label>
        <div aria-live="polite">{sayOf(told.value)}</div>
        <p class="field-hint">{t('borders.hint')}</p>
      </div>
    </Dialog>
  );
}

function sayOf(told: Told) {
  if (told.kind === 'nothing') return null;
  if (told.kind === 'refused')
    return (
      <p class="form-fault">
        <bdi>{told.file}</bdi>: {faultText(told.fault)}
      </p>
    );
  if (told.kind === 'failed') return <p class="form-fault">{t('borders.failed')}</p>;
  return <p>{t(`borders.${told.kind}`)}</p>;
}

/** What is wrong and where, in one sentence. */
function faultText(fault: Fault): string {
  if (!('feature' in fault)) return t(`borders.fault.${fault.kind}`);
  const n = fault.feature;
  const where = fault.name === '' ? t('borders.at', { n }) : t('borders.atNamed', { n, name: fault.name });
  if (fault.kind === 'notPolygon') return t('borders.fault.notPolygon', { where, type: fault.type });
  if (fault.kind === 'badRing') return t('borders.fault.badRing', { where });
  return t(`borders.fault.${fault.kind}`, { where, x: fault.x, y: fault.y });
}
