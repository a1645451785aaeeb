import { signal } from '@preact/signals';
import { answerOf, api, newIdempotencyKey } from '../api/client';
import { ApiFailure, asFailure } from '../api/failure';
import type { ImportReport } from '../api/types';
import { refresh } from '../state/events';
import { text } from '../text';

/** How the import of one file stands. */
export type FileImport =
  | { kind: 'waiting'; name: string }
  | { kind: 'running'; name: string }
  | { kind: 'done'; name: string; report: ImportReport }
  | { kind: 'failed'; name: string; failure: ApiFailure };

/** The files of the latest import, in their order. */
export const imports = signal<FileImport[]>([]);

const kMostBytes = 32 * 1024 * 1024;

/** Imports the files one after the other; what becomes of each is in `imports`. Never throws. */
export async function importFiles(calendarId: string, files: readonly File[]): Promise<void> {
  imports.value = files.map(({ name }) => ({ kind: 'waiting', name }));
  for (const [index, file] of files.entries()) {
    update(index, { kind: 'running', name: file.name });
    update(index, await importFile(calendarId, file));
  }
  if (imports.value.some(({ kind }) => kind === 'done')) await refresh();
}

async function importFile(calendarId: string, file: File): Promise<FileImport> {
  const { name } = file;
  try {
    if (file.size === 0) throw new ApiFailure(0, 'EMPTY', text.import.emptyFile);
    if (file.size > kMostBytes) throw new ApiFailure(0, 'TOO_LARGE', text.import.tooLarge);
    const report = await answerOf(
      api.POST('/calendars/{calendarId}/import', {
        params: { path: { calendarId } },
        headers: { 'Content-Type': 'text/calendar', 'Idempotency-Key': newIdempotencyKey() },
        body: '',
        bodySerializer: () => file,
      }),
    );
    return { kind: 'done', name, report };
  } catch (thrown) {
    return { kind: 'failed', name, failure: asFailure(thrown) };
  }
}

function update(index: number, next: FileImport): void {
  imports.value = imports.value.map((old, at) => (at === index ? next : old));
}
