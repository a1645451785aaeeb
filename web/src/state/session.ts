import { signal } from '@preact/signals';
import { answerOf, api, useCsrfToken, whenSignedOut } from '../api/client';
import { type ApiFailure, asFailure } from '../api/failure';
import type { Session, User } from '../api/types';
import { text } from '../text';
import { codeOfFragment } from './fragment';

/** Who is signed in. `note` says why nobody is; `failure` what went wrong with a sign-in. */
export type SessionState =
  | { kind: 'checking' }
  | { kind: 'in'; user: User }
  | { kind: 'out'; note?: string; failure?: ApiFailure };

export const session = signal<SessionState>({ kind: 'checking' });

/** Exchanges the code of the address, or finds the session of an earlier visit. */
export async function openSession(): Promise<void> {
  whenSignedOut(() => {
    if (session.value.kind === 'in') leave(text.signIn.ended);
  });
  const code = takeCodeFromAddress();
  if (code === null) await resume();
  else await signInByCode(code);
}

/** Signs in by what was typed: a set-up code, or a whole sign-in link. */
export async function signInByTyped(typed: string): Promise<void> {
  const at = typed.indexOf('#code=');
  const code = at < 0 ? null : codeOfFragment(typed.slice(at));
  if (code === null) await exchange({ setupCode: typed.trim() }, text.signIn.codeFailed);
  else await signInByCode(code);
}

/** Ends the session here and at the server. Throws ApiFailure when the server did not do it. */
export async function signOut(): Promise<void> {
  await answerOf(api.DELETE('/auth/session'));
  leave(text.signIn.signedOut);
}

/** A link opened while the page is already there only changes the fragment. */
export function watchAddressForCode(): void {
  window.addEventListener('hashchange', () => {
    const code = takeCodeFromAddress();
    if (code !== null) void signInByCode(code);
  });
}

/** A link that was used before does not end a session that is still good. */
async function signInByCode(code: string): Promise<void> {
  if (await exchange({ code }, text.signIn.linkFailed)) return;
  const failed = session.value;
  await resume();
  if (session.value.kind === 'out') session.value = failed;
}

function takeCodeFromAddress(): string | null {
  const code = codeOfFragment(window.location.hash);
  if (code !== null) {
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
  }
  return code;
}

async function resume(): Promise<void> {
  try {
    enter(await answerOf(api.GET('/auth/session')));
  } catch (thrown) {
    const failure = asFailure(thrown);
    session.value = failure.status === 401 ? { kind: 'out' } : { kind: 'out', failure };
  }
}

async function exchange(
  body: { code: string } | { setupCode: string },
  note: string,
): Promise<boolean> {
  try {
    enter(await answerOf(api.POST('/auth/session', { body })));
    return true;
  } catch (thrown) {
    session.value = { kind: 'out', note, failure: asFailure(thrown) };
    return false;
  }
}

function enter(answer: Session): void {
  useCsrfToken(answer.csrfToken);
  session.value = { kind: 'in', user: answer.user };
}

function leave(note: string): void {
  useCsrfToken('');
  session.value = { kind: 'out', note };
}
