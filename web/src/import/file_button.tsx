import type { ComponentChildren } from 'preact';

interface Props {
  children: ComponentChildren;
  class?: string;
  onFiles: (files: File[]) => void;
}

/** A button that lets the person choose calendar files. The input itself takes the focus. */
export function FileButton({ children, class: extraClass = '', onFiles }: Props) {
  return (
    <label class={`button file-button ${extraClass}`}>
      {children}
      <input
        type="file"
        accept=".ics,.ical,.ifb,text/calendar"
        multiple
        onChange={(event) => {
          const input = event.currentTarget;
          const files = Array.from(input.files ?? []);
          input.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
    </label>
  );
}
