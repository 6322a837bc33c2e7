/** Limits: of all stations, of one, and of one while it is edited: `#/limits/<station>/edit/<parameter>/<name>`, `…/new`. */
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { t } from '../../i18n.ts';
import { Notice, Skeleton } from '../../parts/notices.tsx';
import { Page } from '../../parts/page.tsx';
import { Shown, WrongLink } from '../../parts/shown.tsx';
import { hrefOf } from '../../route.ts';
import { loaded, stations } from '../../state.ts';
import { useAnswer } from '../../use-answer.ts';
import type { ViewProps } from '../views.ts';
import { limitsOf } from './calls.ts';
import { Editor } from './editor.tsx';
import { maySet } from './may-set.ts';
import { StationLimits } from './station-limits.tsx';
import { StationList } from './station-list.tsx';
import '../../style/rows.css';
import './limits.css';
import './editor.css';
import './rehearsal.css';

export default function LimitsView({ path, query }: ViewProps) {
  const [id, part, parameter, name] = path;
  if (id === undefined) return <StationList search={query.search ?? ''} />;
  const station = stations.value.get(id);
  if (station === undefined)
    return (
      <Page title={t('nav.limits')}>{loaded.value === 'first' ? <Skeleton lines={5} /> : <WrongLink />}</Page>
    );
  if (part === undefined) return <StationLimits key={id} station={station} saved={query.saved === '1'} />;
  const key =
    part === 'edit' && parameter !== undefined && name !== undefined ? `${parameter}/${name}` : null;
  if (part !== 'new' && key === null)
    return (
      <Page title={t('nav.limits')}>
        <WrongLink />
      </Page>
    );
  return <Edit key={`${id}/${key}`} station={station} limitKey={key} />;
}

function Edit({ station, limitKey }: { station: StationAnswer; limitKey: string | null }) {
  const asked = useAnswer((signal) => limitsOf(station.id, signal), [station.id]);
  if (!maySet())
    return (
      <Page title={t('nav.limits')}>
        <Notice icon="person" title={t('limits.viewerTitle')} text={t('limits.viewerText')}>
          <a class="button" href={hrefOf('limits', [station.id])}>
            {t('limits.back')}
          </a>
        </Notice>
      </Page>
    );
  return (
    <Shown asked={asked}>
      {(answer) => <Editor station={station} answer={answer} limitKey={limitKey} />}
    </Shown>
  );
}
