/** How an edge is: its box, its lines with their instruments, its stations, and how it was. */
import type { EdgeDetail } from '../../../../devices/wire/edges.ts';
import { formatDuration } from '../../age.ts';
import { formatFigure } from '../../format.ts';
import { language, local, t, texts } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { StationMark } from '../../parts/station-mark.tsx';
import { hrefOf } from '../../route.ts';
import { stations } from '../../state.ts';
import { degrees, hours, megabytes } from './figures.ts';
import { Health } from './health.tsx';
import { Lines } from './lines.tsx';

export function EdgeNow({ edge, span }: { edge: EdgeDetail; span: string }) {
  return (
    <>
      <Box edge={edge} />
      <section class="section">
        <header class="section-head">
          <h3>{t('fleet.lines')}</h3>
        </header>
        <Lines edge={edge} />
      </section>
      <Health name={edge.name} span={span} />
      <section class="section">
        <header class="section-head">
          <h3>{t('fleet.stations')}</h3>
          <span class="count">{edge.stations.length}</span>
        </header>
        {edge.stations.length === 0 && <p class="quiet-text">{t('fleet.noStation')}</p>}
        <ul class="row-links">
          {edge.stations.map((id) => (
            <StationRow key={id} id={id} />
          ))}
        </ul>
      </section>
    </>
  );
}

function StationRow({ id }: { id: string }) {
  const station = stations.value.get(id);
  return (
    <li>
      <a class="row-link" href={hrefOf('station', [id])}>
        {station && <StationMark id={id} kind={station.kind} size={28} />}
        <span class="row-link-name">
          <strong dir="auto" title={station ? local(station.name) : id}>
            {station ? local(station.name) : id}
          </strong>
          <span>{id}</span>
        </span>
        <Icon name="next" size={16} />
      </a>
    </li>
  );
}

/** What is not told is left out, not shown as nothing. */
function Box({ edge }: { edge: EdgeDetail }) {
  const { system, clock } = edge;
  const facts: [string, string, string?][] = [];
  const add = (name: string, value: string | null | undefined, more?: string): void => {
    if (value !== null && value !== undefined)
      facts.push([name, value, ...(more ? [more] : [])] as [string, string]);
  };
  const of = (free: number, total: number): string =>
    t('fleet.of', { free: megabytes(free), total: megabytes(total) });
  add(
    t('fleet.clock'),
    clock && t(clock.trusted ? 'fleet.clock.trusted' : 'fleet.clock.untrusted'),
    clock?.reason ?? undefined,
  );
  add(
    t('fleet.measure.outbox_hours'),
    edge.outbox_hours === null ? null : hours(edge.outbox_hours),
    t('fleet.outboxText'),
  );
  add(
    t('fleet.measure.waiting'),
    edge.waiting === null ? null : formatFigure(edge.waiting, 0, language.value),
  );
  add(t('fleet.measure.disk_free_mb'), system?.disk && of(system.disk.free_mb, system.disk.total_mb));
  add(t('fleet.measure.memory_free_mb'), system?.memory && of(system.memory.free_mb, system.memory.total_mb));
  add(
    t('fleet.measure.load'),
    system?.load === undefined ? null : formatFigure(system.load, 2, language.value),
    system?.cores === undefined ? undefined : t('fleet.cores', { n: system.cores }),
  );
  add(t('fleet.measure.temperature'), edge.temperature === null ? null : degrees(edge.temperature));
  add(t('fleet.uptime'), edge.uptime_s === null ? null : formatDuration(edge.uptime_s * 1000, texts()));
  add(t('fleet.version'), edge.versions?.quantrac);
  add('Node.js', edge.versions?.node);
  add(t('fleet.os'), edge.versions?.os);
  if (facts.length === 0) return <p class="card quiet-text">{t('fleet.neverToldText')}</p>;
  return (
    <dl class={edge.online ? 'card box-facts' : 'card box-facts is-past'}>
      {facts.map(([name, value, more]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">
            {value}
            {more !== undefined && <span class="quiet-text">{more}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
