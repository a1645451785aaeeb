import type { ImportItem, ImportReport } from '../api/types';
import { FailureNote } from '../parts/failure_note';
import { text } from '../text';
import type { FileImport } from './importing';

/** Longer lists than this are cut, since nobody reads them and they slow the page down. */
const kMostListed = 200;

/** What became of one file: in progress, refused, or counted with what deserves a look. */
export function FileReport({ file }: { file: FileImport }) {
  if (file.kind === 'waiting') return <p class="hint">{file.name}</p>;
  if (file.kind === 'running') {
    return (
      <div class="import-running">
        <p>{text.import.working(file.name)}</p>
        <progress aria-label={text.import.working(file.name)} />
      </div>
    );
  }
  if (file.kind === 'failed') {
    return <FailureNote failure={file.failure} title={text.import.failed(file.name)} />;
  }
  return <DoneReport name={file.name} report={file.report} />;
}

function DoneReport({ name, report }: { name: string; report: ImportReport }) {
  const items = report.items ?? [];
  const worthALook = items.filter(
    (item) => item.status === 'failed' || (item.issues?.length ?? 0) > 0,
  );
  return (
    <section class="report" aria-label={text.import.report(name)}>
      <h3>{name}</h3>
      <ul class="counts">
        <Count kind="created" count={report.imported} label={text.import.created} always />
        <Count kind="updated" count={report.updated} label={text.import.updated} />
        <Count kind="unchanged" count={report.unchanged} label={text.import.unchanged} />
        <Count kind="failed" count={report.failed} label={text.import.failedItems} />
      </ul>
      {worthALook.length > 0 && (
        <>
          <h4>{text.import.needsLook}</h4>
          <Items items={worthALook} />
        </>
      )}
      {items.length > 0 && (
        <details>
          <summary>{text.import.allItems(items.length)}</summary>
          <Items items={items} />
        </details>
      )}
    </section>
  );
}

interface CountProps {
  kind: string;
  count: number;
  label: (count: number) => string;
  always?: boolean;
}

function Count({ kind, count, label, always = false }: CountProps) {
  return count > 0 || always ? <li data-kind={kind}>{label(count)}</li> : null;
}

function Items({ items }: { items: readonly ImportItem[] }) {
  return (
    <ul class="report-items">
      {items.slice(0, kMostListed).map((item, index) => (
        <li key={`${index} ${item.uid ?? ''}`} data-status={item.status}>
          <span class="report-title">{item.summary || item.uid || text.event.untitled}</span>
          <span class="report-status">{statusInWords(item.status)}</span>
          {(item.issues ?? []).map((issue) => (
            <span key={issue} class="report-issue">
              {issue}
            </span>
          ))}
        </li>
      ))}
      {items.length > kMostListed && <li>{text.import.more(items.length - kMostListed)}</li>}
    </ul>
  );
}

function statusInWords(status: string): string {
  const words: Record<string, string> = text.import.status;
  return words[status] ?? status;
}
