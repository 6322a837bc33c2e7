/** Starts the page. */
import './style/fonts.css';
import './style/tokens.css';
import './style/base.css';
import './style/frame.css';
import './style/lists.css';
import './style/station.css';
import './style/map.css';
import { render } from 'preact';
import { askSession } from './actions.ts';
import { App } from './app.tsx';
import { startClock } from './clock.ts';
import { followLanguage } from './i18n.ts';
import { followAddress } from './route.ts';
import { followTitle } from './title.ts';

startClock();
followLanguage();
followAddress();
followTitle();
void askSession();

const root = document.getElementById('app');
if (root) render(<App />, root);
