/** Line icons on a grid of 20; they only accompany a label, so assistive technology skips them. */
function icon(path: string) {
  return () => (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={path} />
    </svg>
  );
}

export const PreviousIcon = icon('M12 4.5 6.5 10l5.5 5.5');
export const NextIcon = icon('M8 4.5 13.5 10 8 15.5');
export const ImportIcon = icon(
  'M10 3v9.5M6.2 8.8 10 12.6l3.8-3.8M3.5 13.5v2a1.5 1.5 0 0 0 1.5 1.5h10a1.5 1.5 0 0 0 1.5-1.5v-2',
);
export const CloseIcon = icon('m5 5 10 10M15 5 5 15');
export const CalendarsIcon = icon('M3.5 5.5h2M8.5 5.5h8M3.5 10h2M8.5 10h8M3.5 14.5h2M8.5 14.5h8');
export const RepeatIcon = icon(
  'M4 9V8a2.5 2.5 0 0 1 2.5-2.5h8M12 3l2.7 2.5L12 8M16 11v1a2.5 2.5 0 0 1-2.5 2.5h-8M8 17l-2.7-2.5L8 12',
);
export const PlaceIcon = icon(
  'M10 17s5-4.6 5-8.7a5 5 0 0 0-10 0C5 12.4 10 17 10 17zM10 10.2a1.9 1.9 0 1 0 0-3.8 1.9 1.9 0 0 0 0 3.8z',
);
