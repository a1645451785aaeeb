import { ImportIcon, NextIcon, PreviousIcon } from '../parts/icons';
import type { View } from '../state/route';
import { text } from '../text';

interface Props {
  title: string;
  view: View;
  narrow: boolean;
  onView: (view: View) => void;
  onMove: (direction: -1 | 0 | 1) => void;
  onImport: () => void;
}

/** Where in time the page is, how to move, and which view shows it. */
export function Toolbar({ title, view, narrow, onView, onMove, onImport }: Props) {
  const names: Record<View, string> = {
    week: narrow ? text.views.days : text.views.week,
    agenda: text.views.agenda,
  };
  return (
    <section class="toolbar" aria-label={text.views.toolbar}>
      <h1 class="toolbar-title" aria-live="polite">
        {title}
      </h1>
      <nav class="toolbar-move" aria-label={text.move.label}>
        <button type="button" class="button" onClick={() => onMove(0)}>
          {text.move.today}
        </button>
        <button
          type="button"
          class="button button-quiet"
          aria-label={text.move.previous}
          title={text.move.previous}
          onClick={() => onMove(-1)}
        >
          <PreviousIcon />
        </button>
        <button
          type="button"
          class="button button-quiet"
          aria-label={text.move.next}
          title={text.move.next}
          onClick={() => onMove(1)}
        >
          <NextIcon />
        </button>
      </nav>
      <fieldset class="segmented" aria-label={text.views.label}>
        {(Object.keys(names) as View[]).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === view}
            data-view={name}
            onClick={() => onView(name)}
          >
            {names[name]}
          </button>
        ))}
      </fieldset>
      <button type="button" class="button button-main toolbar-import" onClick={onImport}>
        <ImportIcon />
        {text.import.action}
      </button>
    </section>
  );
}
