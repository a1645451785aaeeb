import { useEffect, useState } from 'preact/hooks';
import { Dialog } from '../parts/dialog';
import { ImportIcon } from '../parts/icons';
import { writableCalendars } from '../state/calendars';
import { text } from '../text';
import { FileButton } from './file_button';
import { FileReport } from './file_report';
import { importFiles, imports } from './importing';

interface Props {
  /** Files dropped on the page before the dialog opened. */
  dropped: File[];
  onClose: () => void;
}

/** Chooses the calendar and the files, imports them, and reports what became of each. */
export function ImportDialog({ dropped, onClose }: Props) {
  const targets = writableCalendars.value;
  const [target, setTarget] = useState(targets[0]?.id ?? '');
  const [chosen, setChosen] = useState<File[]>([]);
  const running = imports.value.some(({ kind }) => kind === 'running' || kind === 'waiting');
  const finished = imports.value.length > 0 && !running;

  const start = (files: File[]) => {
    setChosen([]);
    void importFiles(target, files);
  };

  useEffect(() => {
    if (!running) imports.value = [];
  }, []);
  useEffect(() => {
    if (dropped.length === 0 || running || target === '') return;
    // With several calendars the person first says which one a dropped file is for.
    if (targets.length === 1) start(dropped);
    else {
      imports.value = [];
      setChosen(dropped);
    }
  }, [dropped]);

  if (targets.length === 0) {
    return (
      <Dialog title={text.import.title} onClose={onClose}>
        <p class="note">{text.import.noTarget}</p>
      </Dialog>
    );
  }
  return (
    <Dialog title={text.import.title} class="import-dialog" onClose={onClose}>
      {imports.value.length === 0 && (
        <>
          {targets.length > 1 && (
            <p class="field">
              <label for="import-target">{text.import.into}</label>
              <select
                id="import-target"
                value={target}
                onChange={(event) => setTarget(event.currentTarget.value)}
              >
                {targets.map((calendar) => (
                  <option key={calendar.id} value={calendar.id}>
                    {calendar.name}
                  </option>
                ))}
              </select>
            </p>
          )}
          {chosen.length > 0 ? (
            <>
              <ul class="file-names">
                {chosen.map((file) => (
                  <li key={file.name}>{file.name}</li>
                ))}
              </ul>
              <button type="button" class="button button-main" onClick={() => start(chosen)}>
                {text.import.start(chosen.length)}
              </button>
            </>
          ) : (
            <div class="drop-zone">
              <ImportIcon />
              <FileButton class="button-main" onFiles={start}>
                {text.import.choose}
              </FileButton>
              <p class="hint">{text.import.drop}</p>
            </div>
          )}
        </>
      )}
      <div aria-live="polite">
        {imports.value.map((file) => (
          <FileReport key={file.name} file={file} />
        ))}
      </div>
      {finished && (
        <div class="dialog-actions">
          <FileButton onFiles={start}>{text.import.another}</FileButton>
          <button type="button" class="button button-main" onClick={onClose}>
            {text.import.done}
          </button>
        </div>
      )}
    </Dialog>
  );
}
