/** Who is told of alerts: people with their channels, the plans, and what went out last. */
import type { Person, Plan } from '../../../../devices/wire/notify.ts';
import { lasting } from '../../age.ts';
import { local, t, texts } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { Level } from '../../parts/level.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { stations } from '../../state.ts';
import { useAnswer } from '../../use-answer.ts';
import { people, plans } from './calls.ts';
import { Notices } from './notices.tsx';
import { PersonCard } from './person-card.tsx';

export function People() {
  const asked = useAnswer(async (signal) => {
    const [all, ways] = await Promise.all([people(signal), plans(signal)]);
    return { all, ways };
  }, []);
  return (
    <Shown asked={asked} lines={8}>
      {({ all, ways }) => (
        <>
          {all.length === 0 ? (
            <Notice icon="people" title={t('fleet.people.none')} text={t('fleet.people.noneText')} />
          ) : (
            <ul class="people">
              {all.map((person) => (
                <PersonCard key={person.id} person={person} />
              ))}
            </ul>
          )}
          <section class="section">
            <header class="section-head">
              <h3>{t('fleet.plans')}</h3>
            </header>
            {ways.length === 0 && <p class="quiet-text">{t('fleet.plans.none')}</p>}
            <ul class="plans">
              {ways.map((plan) => (
                <PlanCard key={plan.id} plan={plan} people={all} />
              ))}
            </ul>
          </section>
          <Notices people={all} />
        </>
      )}
    </Shown>
  );
}

const stationName = (id: string): string => {
  const known = stations.value.get(id);
  return known ? local(known.name) : id;
};

function PlanCard({ plan, people: all }: { plan: Plan; people: readonly Person[] }) {
  const { id, kinds, areas, stations: own, least_level, steps, repeat_s, most_repeats } = plan;
  const nameOf = (person: string): string => all.find((one) => one.id === person)?.name ?? person;
  const about = [
    ...(kinds === undefined ? [] : [kinds.map((kind) => t(`kind.${kind}`)).join(', ')]),
    ...(areas === undefined ? [] : [areas.join(', ')]),
    ...(own === undefined ? [] : [own.map(stationName).join(', ')]),
  ];
  return (
    <li class="card notice-plan">
      <header class="plan-head">
        <h4>{id}</h4>
        <span class="quiet-text">{t('fleet.plans.from')}</span>
        <Level level={least_level} />
      </header>
      <p dir="auto">{about.length === 0 ? t('fleet.plans.all') : about.join(' · ')}</p>
      <ol class="plan-steps">
        {steps.map(({ people: who, sirens, after_s }, index) => (
          <li key={index}>
            <span class="quiet-text">
              {after_s === undefined
                ? t('fleet.plans.atOnce')
                : t('fleet.plans.after', { time: lasting(after_s, texts()) })}
            </span>
            <span dir="auto">{who.map(nameOf).join(', ')}</span>
            {sirens.length > 0 && (
              <span class="tag">
                <Icon name="sound" size={14} />
                {sirens.map(stationName).join(', ')}
              </span>
            )}
          </li>
        ))}
      </ol>
      <p class="quiet-text">
        {most_repeats === 0
          ? t('fleet.plans.noRepeat')
          : t('fleet.plans.repeat', { time: lasting(repeat_s, texts()), n: most_repeats })}
      </p>
    </li>
  );
}
