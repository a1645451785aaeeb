import type { ApiFailure } from '../api/failure';
import { text } from '../text';

interface Props {
  failure: ApiFailure;
  /** What was tried, in a sentence. */
  title?: string | undefined;
  onRetry?: (() => void) | undefined;
}

/** An error in plain words: what was tried, why it failed, each problem, and how to go on. */
export function FailureNote({ failure, title, onRetry }: Props) {
  return (
    <div class="note note-bad" role="alert">
      {title !== undefined && <p class="note-title">{title}</p>}
      <p>{failure.message}</p>
      {failure.details.length > 0 && (
        <ul>
          {failure.details.map((detail) => (
            <li key={detail}>{detail}</li>
          ))}
        </ul>
      )}
      {failure.requestId !== undefined && (
        <p class="note-small">{text.requestId(failure.requestId)}</p>
      )}
      {onRetry !== undefined && (
        <button type="button" class="button" onClick={onRetry}>
          {text.retry}
        </button>
      )}
    </div>
  );
}
