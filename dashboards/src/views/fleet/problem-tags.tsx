/** Whether an edge is there and since when, and what is wrong with it: each as a word with its sign. */
import type { EdgeAnswer } from '../../../../devices/wire/edges.ts';
import { formatDuration } from '../../age.ts';
import { now } from '../../clock.ts';
import { formatExact } from '../../format.ts';
import { language, t, texts } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import type { Problem } from './edge-state.ts';

export function ProblemTags({ problems }: { problems: readonly Problem[] }) {
  const shown = problems.filter(({ kind }) => kind !== 'away');
  if (shown.length === 0) return null;
  return (
    <>
      {shown.map(({ kind, level }) => (
        <span key={kind} class={`level level-${level}`}>
          <Icon name={level} size={14} weight={2.4} />
          {t(`fleet.problem.${kind}`)}
        </span>
      ))}
    </>
  );
}

/** A minute is short enough for a word that does not tick. */
export function OnlineMark({ edge: { online, since } }: { edge: Pick<EdgeAnswer, 'online' | 'since'> }) {
  const long = since === null ? null : formatDuration(Math.max(0, now.value - since), texts());
  const title = since === null ? undefined : formatExact(since, language.value);
  return (
    <span class={online ? 'edge-online' : 'edge-online is-away'} title={title}>
      <Icon name={online ? 'ok' : 'silent'} size={14} weight={2.4} />
      {long === null
        ? t(online ? 'fleet.online' : 'fleet.away')
        : t(online ? 'fleet.onlineFor' : 'fleet.awayFor', { time: long })}
    </span>
  );
}
