import '@preact/signals';
import { render } from 'preact';
import { App } from './app';
import { startClock } from './state/clock';
import { watchRoute } from './state/route';
import { openSession, watchAddressForCode } from './state/session';
import './styles/tokens.css';
import './styles/base.css';
import './styles/page.css';
import './styles/agenda.css';
import './styles/import.css';
import { locale } from './text';

const root = document.getElementById('app');
if (root !== null) {
  document.documentElement.lang = locale;
  const opening = openSession();
  watchAddressForCode();
  watchRoute();
  startClock();
  render(<App />, root);
  void opening;
}
