import { useState } from 'preact/hooks';
import { type ApiFailure, asFailure } from '../api/failure';
import type { Calendar } from '../api/types';
import { FailureNote } from '../parts/failure_note';
import { paint } from '../parts/paint';
import { calendars, colorOf, isShown, setShown } from '../state/calendars';
import { saveZone, settingsZone, zone } from '../state/settings';
import { text } from '../text';
import { deviceZone } from '../time/zone';

/** The calendars, each to be switched on or off, and the zone that times are shown in. */
export function Sidebar() {
  return (
    <>
      <section aria-labelledby="calendars-title">
        <h2 id="calendars-title" class="side-title">
          {text.calendars.title}
        </h2>
        {calendars.value.length === 0 ? (
          <p class="hint">{text.calendars.none}</p>
        ) : (
          <ul class="calendar-list">
            {calendars.value.map((calendar) => (
              <li key={calendar.id}>
                <CalendarSwitch calendar={calendar} />
              </li>
            ))}
          </ul>
        )}
      </section>
      <ZonePart />
    </>
  );
}

function CalendarSwitch({ calendar }: { calendar: Calendar }) {
  const readOnly = calendar.accessRole !== 'owner' && calendar.accessRole !== 'writer';
  return (
    <label class="calendar-switch" ref={(element) => paint(element, colorOf(calendar.id))}>
      <input
        type="checkbox"
        checked={isShown(calendar.id)}
        onChange={(event) => setShown(calendar.id, event.currentTarget.checked)}
      />
      <span class="calendar-name">{calendar.name}</span>
      {readOnly && <span class="calendar-kind">{text.calendars.readOnly}</span>}
    </label>
  );
}

function ZonePart() {
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const device = deviceZone();
  const known = settingsZone.value === zone.value;
  const use = async () => {
    setFailure(null);
    try {
      await saveZone(device);
    } catch (thrown) {
      setFailure(asFailure(thrown));
    }
  };
  return (
    <section aria-labelledby="zone-title">
      <h2 id="zone-title" class="side-title">
        {text.zone.title}
      </h2>
      <p class="hint">
        {known ? text.zone.shown(readable(zone.value)) : text.zone.unknown(settingsZone.value)}
      </p>
      {device !== zone.value && (
        <>
          <p class="hint">{text.zone.differs(readable(device))}</p>
          <button type="button" class="button" onClick={use}>
            {text.zone.use(readable(device))}
          </button>
        </>
      )}
      {failure !== null && <FailureNote failure={failure} />}
    </section>
  );
}

function readable(name: string): string {
  return name.replaceAll('_', ' ');
}
