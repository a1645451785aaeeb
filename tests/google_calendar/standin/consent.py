"""The pages of the authorisation endpoint: a question to a person, or a refusal."""

from __future__ import annotations

from html import escape

_STYLE = ("body{font:16px sans-serif;max-width:34em;margin:3em auto;padding:0 1em;color:#202124}"
          "fieldset{border:1px solid #dadce0;border-radius:8px;margin:1em 0;padding:1em}"
          "label{display:block;margin:.4em 0}button{font:inherit;padding:.5em 1.5em;margin-right:1em}")


def _whole(title: str, content: str) -> str:
    return (f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
            f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
            f"<body><main><h1>{title}</h1>{content}</main></body></html>")


def page(request: str, accounts: list[str], chosen: str, scopes: tuple[str, ...]) -> str:
    """Account, scopes, and two buttons; `request` finds what was asked again."""
    people = "".join(
        f'<label><input type="radio" name="account" value="{escape(email)}"{" checked" if email == chosen else ""}> '
        f"{escape(email)}</label>" for email in accounts)
    rights = "".join(
        f'<label><input type="checkbox" name="scope" value="{escape(scope)}" checked> {escape(scope)}</label>'
        for scope in scopes)
    return _whole("Sign in with the stand-in for Google", (
        '<p>This is a stand-in for Google: no real account is touched.</p>'
        f'<form method="post" action="/o/oauth2/v2/auth"><input type="hidden" name="request" value="{request}">'
        f"<fieldset><legend>Account</legend>{people}</fieldset>"
        f"<fieldset><legend>The program asks for</legend>{rights}</fieldset>"
        '<button type="submit" name="decision" value="allow">Allow</button>'
        '<button type="submit" name="decision" value="deny">Cancel</button></form>'))


def refusal(error: str, description: str) -> str:
    return _whole("Access blocked", f"<p>{escape(description)}</p><p>Error 400: <code>{escape(error)}</code></p>")
