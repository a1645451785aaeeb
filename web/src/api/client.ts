import createClient from 'openapi-fetch';
import { ApiFailure, asFailure, failureOf } from './failure';
import type { paths } from './schema';

const kSafeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

let csrfToken = '';
let onSignedOut: () => void = () => {};

/** The token that writes carry from now on; it came with the session. */
export function useCsrfToken(token: string): void {
  csrfToken = token;
}

/** What to do when an answer says that nobody is signed in any more. */
export function whenSignedOut(action: () => void): void {
  onSignedOut = action;
}

/** The API at the address this page came from, also when that has a path. */
export const api = createClient<paths>({
  baseUrl: new URL('.', window.location.href).href.replace(/\/$/, ''),
  credentials: 'same-origin',
});

api.use({
  onRequest({ request }) {
    if (!kSafeMethods.has(request.method) && csrfToken !== '') {
      request.headers.set('X-CSRF-Token', csrfToken);
    }
    return request;
  },
  onResponse({ response, schemaPath }) {
    if (response.status === 401 && schemaPath !== '/auth/session') onSignedOut();
    return undefined;
  },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a successful answer; throws ApiFailure for any other, and for none. */
export async function answerOf<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (thrown) {
    throw asFailure(thrown);
  }
  if (!answer.response.ok) throw failureOf(answer.response.status, answer.error);
  return answer.data as T;
}

interface Page<T> {
  items: T[];
  nextPageToken?: string | null | undefined;
}

/** The items of all pages, at most `most` of them; `complete` tells whether that was all. */
export async function allPages<T>(
  most: number,
  page: (pageToken: string | undefined) => Promise<Page<T>>,
): Promise<{ items: T[]; complete: boolean }> {
  const items: T[] = [];
  let token: string | undefined;
  do {
    const answer = await page(token);
    items.push(...answer.items);
    if (answer.nextPageToken && answer.nextPageToken === token) {
      throw new ApiFailure(200, 'REPEATED_PAGE', 'The server answered the same page twice.');
    }
    token = answer.nextPageToken ?? undefined;
  } while (token && items.length < most);
  return { items, complete: !token };
}

/** A new value for the Idempotency-Key header, so that a repeated request acts once. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
