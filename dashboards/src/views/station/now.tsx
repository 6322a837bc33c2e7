/** What the station says now, what is wrong there, and, where there is room, the course of what is chosen. */
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { t } from '../../i18n.ts';
import { AlertCard } from '../../parts/alert-card.tsx';
import { Notice } from '../../parts/notices.tsx';
import { hrefOf, type Query } from '../../route.ts';
import { alertsAt, readingsOf } from '../../state.ts';
import { chosenOf, isKnown } from './chosen.ts';
import { Explorer } from './explorer.tsx';
import type { Known } from './known.ts';
import { ValueList } from './value-list.tsx';
import { isWide } from './wide.ts';

interface NowProps {
  readonly station: StationAnswer;
  readonly known: Known;
  readonly query: Query;
}

export function Now({ station, known, query }: NowProps) {
  const { id, parameters } = station;
  const alerts = alertsAt(id);
  const chosen = chosenOf(parameters, query);
  const hasNone = readingsOf(id).value.size === 0;
  return (
    <>
      {alerts.length > 0 && (
        <section class="station-alerts" aria-label={t('station.alerts')}>
          {alerts.map((alert) => (
            <AlertCard key={alert.id} alert={alert} where={false} />
          ))}
        </section>
      )}
      {hasNone && (
        <div class="card station-new">
          <Notice icon="new" title={t('station.noReadings')} text={t('station.newText')} />
        </div>
      )}
      <div class={isWide.value ? 'now-both' : undefined}>
        <ValueList
          station={id}
          parameters={parameters}
          known={known}
          chosen={isWide.value ? chosen[0]?.id : undefined}
          hrefOf={(p) => hrefOf('station', [id, isWide.value ? 'now' : 'charts'], { ...query, p, q: '' })}
        />
        {isWide.value && chosen.length > 0 && (
          <div class="card now-chart">
            <UnknownParameter station={station} query={query} />
            <Explorer
              station={id}
              parameters={parameters}
              chosen={chosen}
              limits={known.limits ?? []}
              standards={known.standards}
              query={query}
              height={340}
            />
          </div>
        )}
      </div>
    </>
  );
}

export function Charts({ station, known, query }: NowProps) {
  const chosen = chosenOf(station.parameters, query);
  if (chosen.length === 0) return <Notice icon="new" title={t('station.noParameters')} />;
  return (
    <div class="card charts-card">
      <UnknownParameter station={station} query={query} />
      <Explorer
        station={station.id}
        parameters={station.parameters}
        chosen={chosen}
        limits={known.limits ?? []}
        standards={known.standards}
        query={query}
        height={isWide.value ? 440 : 260}
      />
    </div>
  );
}

/** A link to a parameter that is not measured here: another is shown, and that is said. */
function UnknownParameter({ station, query }: Pick<NowProps, 'station' | 'query'>) {
  const wrong = [query.p, query.q].find((id) => id && !isKnown(station.parameters, id));
  if (wrong === undefined) return null;
  return (
    <p class="station-note" role="status">
      {t('station.unknownParameter', { id: wrong })}
    </p>
  );
}
