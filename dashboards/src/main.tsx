/** Starts the page. */
import './style/fonts.css';
import './style/tokens.css';
import './style/wall.css';
import './style/base.css';
import './style/frame.css';
import './style/page.css';
import './style/form.css';
import './style/lists.css';
import './style/phone.css';
import './style/station.css';
import './style/map.css';
import { render } from 'preact';
import { askSession } from './actions.ts';
import { startClock } from './clock.ts';
import { followAccess } from './follow-access.ts';
import { App } from './frame/app.tsx';
import { followLanguage, language } from './i18n.ts';
import { followOffline } from './offline/start.ts';
import { followAddress, route } from './route.ts';
import { followSound } from './sound.ts';
import { loadTexts } from './texts/texts.ts';
import { followTitle } from './title.ts';
import { loadView, viewOf } from './views/views.ts';

// Nothing is said before they are there; all else begins beside.
const texts = loadTexts(language.value, 'first');
startClock();
followLanguage();
followAddress();
followTitle();
followSound();
followOffline();
followAccess();
void askSession();
// The code of the view comes while it is asked who is there; when it does not come the view says so.
if (route.value.view) loadView(viewOf(route.value.view)).catch(() => {});

await texts;
const root = document.getElementById('app');
if (root) render(<App />, root);
