/** The way between the views: a rail on a desk; on a phone the four that are needed most, and the others behind "more". */
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n.ts';
import { isUnacknowledged } from '../merge.ts';
import { Icon } from '../parts/icon.tsx';
import { reaches } from '../rights.ts';
import { hrefOf, route, type ViewId } from '../route.ts';
import { access, alertList } from '../state.ts';
import { VIEWS, type View, viewOf } from '../views/views.ts';

const ON_PHONE: readonly ViewId[] = ['overview', 'alerts', 'fire'];
const MORE_ID = 'more-views';

const isCurrent = (id: ViewId): boolean =>
  route.value.view === id || (id === 'overview' && route.value.view === 'station');

export function Nav() {
  const session = access.value.kind === 'in' ? access.value.session : null;
  const seen = VIEWS.filter(({ place, role }) => place === 'nav' && session && reaches(session.role, role));
  const wall = viewOf('wall');
  const others = seen.filter(({ id }) => !ON_PHONE.includes(id));
  const more = useRef<HTMLDivElement>(null);
  useEffect(() => more.current?.hidePopover(), [route.value]);
  return (
    <>
      <nav class="rail" aria-label={t('nav.label')}>
        {seen.map((view) => (
          <NavLink key={view.id} view={view} />
        ))}
        <span class="rail-rest" />
        <NavLink view={wall} />
      </nav>
      <nav class="bottom" aria-label={t('nav.label')}>
        {seen
          .filter(({ id }) => ON_PHONE.includes(id))
          .map((view) => (
            <NavLink key={view.id} view={view} />
          ))}
        <button
          type="button"
          popovertarget={MORE_ID}
          aria-current={others.some(({ id }) => isCurrent(id)) ? 'page' : undefined}
        >
          <Icon name="more" size={22} />
          <span>{t('nav.more')}</span>
        </button>
        <div id={MORE_ID} class="more" popover="auto" ref={more}>
          {[...others, wall, viewOf('profile')].map((view) => (
            <NavLink key={view.id} view={view} />
          ))}
        </div>
      </nav>
    </>
  );
}

function NavLink({ view: { id, icon } }: { view: View }) {
  const waiting = id === 'alerts' ? alertList.value.filter(isUnacknowledged).length : 0;
  return (
    <a href={hrefOf(id)} aria-current={isCurrent(id) ? 'page' : undefined}>
      <Icon name={icon} size={22} />
      <span>{t(`nav.${id}`)}</span>
      {waiting > 0 && (
        <span class="nav-badge">
          <span aria-hidden="true">{waiting > 99 ? '99+' : waiting}</span>
          <span class="unseen">{t('nav.badge', { n: waiting })}</span>
        </span>
      )}
    </a>
  );
}
