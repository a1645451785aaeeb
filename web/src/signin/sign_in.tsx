import { useState } from 'preact/hooks';
import { FailureNote } from '../parts/failure_note';
import { type SessionState, signInByTyped } from '../state/session';
import { text } from '../text';

interface Props {
  state: Extract<SessionState, { kind: 'out' }>;
}

/** What a person sees who is not signed in: how to get in, and what did not work. */
export function SignIn({ state }: Props) {
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState(false);

  const submit = async (event: Event) => {
    event.preventDefault();
    setMissing(typed.trim() === '');
    if (typed.trim() === '' || busy) return;
    setBusy(true);
    await signInByTyped(typed);
    setBusy(false);
  };

  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <div class="brand brand-large">
          <span class="brand-mark" aria-hidden="true" />
          <div>
            <h1>{text.product}</h1>
            <p>{text.tagline}</p>
          </div>
        </div>
        {state.failure !== undefined ? (
          <FailureNote failure={state.failure} title={state.note} />
        ) : (
          state.note !== undefined && (
            <p class="note" role="status">
              {state.note}
            </p>
          )
        )}
        <p>{text.signIn.intro}</p>
        <form onSubmit={submit} noValidate>
          <label for="sign-in-code">{text.signIn.field}</label>
          <input
            id="sign-in-code"
            name="code"
            type="text"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            aria-describedby="sign-in-hint"
            aria-invalid={missing}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <p id="sign-in-hint" class="hint">
            {missing ? text.signIn.empty : text.signIn.hint}
          </p>
          <button type="submit" class="button button-main sign-in-submit" aria-disabled={busy}>
            {busy ? text.signIn.busy : text.signIn.submit}
          </button>
        </form>
      </div>
    </main>
  );
}
