import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type ApiFailure, asFailure } from '../api/failure';
import type { CalendarEvent } from '../api/types';
import { isDragging, watchDrops } from '../import/drop';
import { FileButton } from '../import/file_button';
import { ImportDialog } from '../import/import_dialog';
import { FailureNote } from '../parts/failure_note';
import { CalendarsIcon } from '../parts/icons';
import { calendars, loadCalendars, shownCalendars } from '../state/calendars';
import {
  forgetEvents,
  hasAnyEvent,
  isLoading,
  isReady,
  isTruncated,
  loadFailure,
  loadShown,
  refresh,
  shownEvents,
} from '../state/events';
import { stepOf } from '../state/range';
import { goTo, route, type View } from '../state/route';
import { isNarrow } from '../state/screen';
import { session, signOut } from '../state/session';
import { loadSettings, zone } from '../state/settings';
import { shownDay, shownRange, shownView } from '../state/shown';
import { text } from '../text';
import { addDays } from '../time/day';
import { formatDayRange } from '../time/format';
import { Agenda } from './agenda';
import { EventDialog } from './event_dialog';
import { Sidebar } from './sidebar';
import { Toolbar } from './toolbar';
import type WeekGrid from './week_grid';

/** How old what is shown may get before coming back to the page loads it anew. */
const kStaleMs = 60_000;

/** The page of a person who is signed in. */
export function CalendarPage() {
  const [ready, setReady] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const start = async () => {
    setFailure(null);
    try {
      await Promise.all([loadSettings(), loadCalendars()]);
      setReady(true);
    } catch (thrown) {
      setFailure(asFailure(thrown));
    }
  };
  useEffect(() => {
    void start();
    return forgetEvents;
  }, []);

  return (
    <div class="page">
      <button type="button" class="skip" onClick={skipToContent}>
        {text.skipToContent}
      </button>
      <PageHead />
      {ready ? (
        <ReadyPage />
      ) : (
        <main class="page-wait">
          {failure === null ? (
            <p role="status">{text.loading}</p>
          ) : (
            <FailureNote failure={failure} title={text.failure.load} onRetry={() => void start()} />
          )}
        </main>
      )}
    </div>
  );
}

function skipToContent(): void {
  document.getElementById('content')?.focus();
}

function PageHead() {
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const state = session.value;
  const user = state.kind === 'in' ? state.user : undefined;
  const name = user ? user.displayName || user.email || user.id : '';
  const leave = async () => {
    setFailure(null);
    try {
      await signOut();
    } catch (thrown) {
      setFailure(asFailure(thrown));
    }
  };
  return (
    <header class="page-head">
      <p class="brand">
        <span class="brand-mark" aria-hidden="true" />
        {text.product}
      </p>
      <p class="account">
        <span class="only-read">{text.signIn.signedInAs(name)}</span>
        <span class="account-name" aria-hidden="true">
          {name}
        </span>
        <button type="button" class="button button-quiet" onClick={leave}>
          {text.signIn.signOut}
        </button>
      </p>
      {failure !== null && <FailureNote failure={failure} />}
    </header>
  );
}

function ReadyPage() {
  const [opened, setOpened] = useState<CalendarEvent | null>(null);
  const [importing, setImporting] = useState<File[] | null>(null);
  const [sideOpen, setSideOpen] = useState(false);
  const narrow = isNarrow.value;
  const view = shownView.value;
  const range = shownRange.value;

  useEffect(() => {
    void loadShown();
  }, [range.from, range.to, zone.value]);
  useEffect(() => watchDrops(setImporting), []);
  useEffect(refreshOnReturn, []);

  const move = (direction: -1 | 0 | 1) =>
    goTo(
      view,
      direction === 0 ? undefined : addDays(shownDay.value, direction * stepOf(view, narrow)),
    );

  return (
    <>
      <Toolbar
        title={formatDayRange(range.from, addDays(range.to, -1))}
        view={view}
        narrow={narrow}
        onView={(next) => goTo(next, route.value.day)}
        onMove={move}
        onImport={() => setImporting([])}
      />
      <div class="page-body">
        <button
          type="button"
          class="button side-button"
          aria-expanded={sideOpen}
          aria-controls="side"
          onClick={() => setSideOpen(!sideOpen)}
        >
          <CalendarsIcon />
          {text.calendars.show}
        </button>
        <aside id="side" class="side" data-open={sideOpen}>
          <Sidebar />
        </aside>
        <main id="content" class="content" tabIndex={-1} aria-busy={isLoading.value}>
          <div class="content-progress" data-on={isLoading.value} />
          <Notices view={view} onImport={setImporting} onRetry={() => void loadShown()} />
          {view === 'agenda' ? (
            <Agenda range={range} onOpen={setOpened} />
          ) : (
            <LazyWeekGrid range={range} onOpen={setOpened} />
          )}
        </main>
      </div>
      {opened !== null && <EventDialog event={opened} onClose={() => setOpened(null)} />}
      {importing !== null && (
        <ImportDialog dropped={importing} onClose={() => setImporting(null)} />
      )}
      {isDragging.value && <div class="drop-veil">{text.import.dropAnywhere}</div>}
    </>
  );
}

interface NoticesProps {
  view: View;
  onImport: (files: File[]) => void;
  onRetry: () => void;
}

/** What is to be said above the events: a failure, a limit, or that there is nothing yet. */
function Notices({ view, onImport, onRetry }: NoticesProps) {
  if (loadFailure.value !== null) {
    return <FailureNote failure={loadFailure.value} title={text.failure.load} onRetry={onRetry} />;
  }
  if (calendars.value.length > 0 && shownCalendars.value.length === 0) {
    return <p class="note">{text.calendars.noneShown}</p>;
  }
  if (isTruncated.value) {
    return <p class="note">{text.failure.truncated(shownEvents.value.length)}</p>;
  }
  if (!isReady.value || shownEvents.value.length > 0) return null;
  if (hasAnyEvent.value === false) {
    return (
      <section class="welcome" aria-labelledby="welcome-title">
        <div>
          <h2 id="welcome-title">{text.welcome.title}</h2>
          <p>{text.welcome.body}</p>
        </div>
        <FileButton class="button-main" onFiles={onImport}>
          {text.welcome.action}
        </FileButton>
      </section>
    );
  }
  return view === 'agenda' ? <p class="note">{text.agenda.empty}</p> : null;
}

/** The week grid comes when it is first shown, so that the agenda need not wait for its code. */
function LazyWeekGrid(props: Parameters<typeof WeekGrid>[0]) {
  const [Grid, setGrid] = useState<ComponentType<Parameters<typeof WeekGrid>[0]> | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  useEffect(() => {
    import('./week_grid').then(
      (module) => setGrid(() => module.default),
      (thrown: unknown) => setFailure(asFailure(thrown)),
    );
  }, []);
  if (failure !== null) {
    return <FailureNote failure={failure} onRetry={() => window.location.reload()} />;
  }
  return Grid === null ? <p role="status">{text.loading}</p> : <Grid {...props} />;
}

function refreshOnReturn(): () => void {
  let left = Date.now();
  const change = () => {
    if (document.visibilityState === 'hidden') left = Date.now();
    else if (Date.now() - left > kStaleMs) void refresh();
  };
  document.addEventListener('visibilitychange', change);
  return () => document.removeEventListener('visibilitychange', change);
}
