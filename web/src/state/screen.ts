import { signal } from '@preact/signals';

const narrow = window.matchMedia('(max-width: 720px)');

/** Whether the window is about as narrow as a phone. */
export const isNarrow = signal(narrow.matches);

narrow.addEventListener('change', () => {
  isNarrow.value = narrow.matches;
});
