/** What is in sight as files: one, or one a year where that is more than a file holds. */
import { spanOfView, type View } from '../../chart/view.ts';
import { t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { csvOf, type Parameter } from './calls.ts';
import { LONGEST_FILE_MS, yearsOf } from './range-query.ts';

interface FilesProps {
  readonly station: string;
  readonly parameters: readonly Parameter[];
  readonly view: View;
}

export function Files({ station, parameters, view }: FilesProps) {
  const at = (part: View): string =>
    csvOf(
      station,
      parameters.map(({ id }) => id),
      part,
    );
  if (spanOfView(view) <= LONGEST_FILE_MS)
    return (
      <a class="button" download href={at(view)}>
        <Icon name="download" size={16} />
        {t('app.export')}
      </a>
    );
  return (
    <div class="explorer-files">
      <span class="explorer-files-name">
        <Icon name="download" size={16} />
        {t('chart.filesByYear')}
      </span>
      {yearsOf(view).map((part) => (
        <a
          key={part.year}
          class="button"
          download
          href={at(part)}
          aria-label={`${t('app.export')} ${part.year}`}
        >
          {part.year}
        </a>
      ))}
    </div>
  );
}
