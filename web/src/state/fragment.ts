/** The code of a sign-in link's fragment ("#code=…"), or null. */
export function codeOfFragment(fragment: string): string | null {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''));
  return parameters.get('code') || null;
}
