import { CalendarPage } from './calendar/calendar_page';
import { SignIn } from './signin/sign_in';
import { session } from './state/session';
import { text } from './text';

/** The whole page: it waits, asks who is there, or shows their calendar. */
export function App() {
  const state = session.value;
  if (state.kind === 'in') return <CalendarPage key={state.user.id} />;
  if (state.kind === 'out') return <SignIn state={state} />;
  return (
    <main class="page-wait">
      <p role="status">{text.loading}</p>
    </main>
  );
}
