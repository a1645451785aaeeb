import { text } from '../text';

/** An answer of the API that was not a success, or no answer at all (`status` 0). */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: readonly string[] = [],
    readonly requestId: string | undefined = undefined,
  ) {
    super(message);
    this.name = 'ApiFailure';
  }
}

/** The failure that an error body describes; `body` is whatever came, JSON or not. */
export function failureOf(status: number, body: unknown): ApiFailure {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : undefined;
  const message = typeof error?.['message'] === 'string' ? error['message'] : '';
  return new ApiFailure(
    status,
    typeof error?.['code'] === 'string' ? error['code'] : 'UNKNOWN',
    message || text.failure.byStatus(status),
    detailsOf(error?.['details']),
    typeof error?.['requestId'] === 'string' ? error['requestId'] : undefined,
  );
}

/** Any thrown thing as a failure that can be shown; a refused connection has status 0. */
export function asFailure(thrown: unknown): ApiFailure {
  if (thrown instanceof ApiFailure) return thrown;
  return new ApiFailure(0, 'UNREACHABLE', text.failure.unreachable);
}

function detailsOf(details: unknown): string[] {
  if (!Array.isArray(details)) return [];
  return details.flatMap((detail: unknown) => {
    if (!isRecord(detail) || typeof detail['issue'] !== 'string') return [];
    const field = detail['field'];
    return [typeof field === 'string' && field ? `${field}: ${detail['issue']}` : detail['issue']];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
