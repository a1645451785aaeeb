import { computed } from '@preact/signals';
import type { Day } from '../time/day';
import { firstWeekday } from '../time/format';
import { dayAt } from '../time/zone';
import { now } from './clock';
import { type Range, rangeOf } from './range';
import { route, type View } from './route';
import { isNarrow } from './screen';
import { zone } from './settings';

/** What the page shows: the address's wish, completed by what fits the screen and the clock. */

export const today = computed<Day>(() => dayAt(now.value, zone.value));

export const shownView = computed<View>(
  () => route.value.view ?? (isNarrow.value ? 'agenda' : 'week'),
);

export const shownDay = computed<Day>(() => route.value.day ?? today.value);

export const shownRange = computed<Range>(() =>
  rangeOf(shownView.value, shownDay.value, isNarrow.value, firstWeekday()),
);
