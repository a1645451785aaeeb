import type { CalendarEvent } from '../api/types';
import { Dialog } from '../parts/dialog';
import { paint } from '../parts/paint';
import { calendarOf, colorOf } from '../state/calendars';
import { zone } from '../state/settings';
import { text } from '../text';
import { spanOf } from './span';
import { spanInWords, timeAtHome } from './when';

interface Props {
  event: CalendarEvent;
  onClose: () => void;
}

/** Everything about one occurrence, to read. */
export function EventDialog({ event, onClose }: Props) {
  const span = spanOf(event, zone.value);
  const home = timeAtHome(event, zone.value);
  const calendar = calendarOf(event.calendarId);
  return (
    <Dialog title={event.summary || text.event.untitled} class="event-dialog" onClose={onClose}>
      <dl class="facts">
        {span !== null && (
          <div>
            <dt>{text.event.when}</dt>
            <dd>
              {spanInWords(span, zone.value)}
              {home !== null && <span class="fact-more">{home}</span>}
              {event.recurringEventId && <span class="fact-more">{text.event.repeats}</span>}
              {event.status === 'tentative' && (
                <span class="fact-more">{text.event.tentative}</span>
              )}
            </dd>
          </div>
        )}
        {event.location && (
          <div>
            <dt>{text.event.where}</dt>
            <dd>{event.location}</dd>
          </div>
        )}
        {calendar && (
          <div>
            <dt>{text.event.calendar}</dt>
            <dd class="fact-calendar" ref={(element) => paint(element, colorOf(calendar.id))}>
              {calendar.name}
            </dd>
          </div>
        )}
        {event.description && (
          <div>
            <dt>{text.event.notes}</dt>
            <dd class="fact-notes">{event.description}</dd>
          </div>
        )}
      </dl>
    </Dialog>
  );
}
