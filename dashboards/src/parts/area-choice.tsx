/** Which area a view is about; kept in the address as `area`, by its Vietnamese name. */
import { computed } from '@preact/signals';
import { language, local, t } from '../i18n.ts';
import { choose, route } from '../route.ts';
import { stations } from '../state.ts';

/** Areas of the stations that are seen, by name. */
export const areas = computed(() => {
  const order = new Intl.Collator(language.value, { numeric: true });
  const all = new Map([...stations.value.values()].map(({ area }) => [area.vi, area]));
  return [...all.values()].sort((a, b) => order.compare(local(a), local(b)));
});

/** Empty: all of them. */
export const chosenArea = computed(() => route.value.query.area ?? '');

export const inChosenArea = ({ area }: { area: { vi: string } }): boolean =>
  chosenArea.value === '' || area.vi === chosenArea.value;

interface AreaChoiceProps {
  readonly area?: string;
  readonly chosen?: (area: string) => void;
}

/** Without more it reads and writes the address. */
export function AreaChoice({
  area = chosenArea.value,
  chosen = (next) => choose({ area: next }),
}: AreaChoiceProps) {
  if (areas.value.length < 2 && area === '') return null;
  return (
    <select
      class="select"
      aria-label={t('area.label')}
      value={area}
      onChange={(event) => chosen(event.currentTarget.value)}
    >
      <option value="">{t('area.all')}</option>
      {areas.value.map((one) => (
        <option key={one.vi} value={one.vi}>
          {local(one)}
        </option>
      ))}
    </select>
  );
}
