"""The OAuth 2.0 endpoints: authorisation code with PKCE, refresh, revocation, who it is.

After Google's "Using OAuth 2.0 for Web Server Applications", RFC 6749, RFC 7636 and RFC 7009.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from standin import consent, id_token
from standin.errors import OAuthError, known
from standin.grants import CODE_SECONDS, Code, Grant, Grants
from standin.store import Store

_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}\Z")
_OPENID = ("openid", "email", "profile", "https://www.googleapis.com/auth/userinfo.email",
           "https://www.googleapis.com/auth/userinfo.profile")


@dataclass
class Page:
    """An answer of these endpoints: a page, a redirection or JSON."""

    status: int
    body: str | dict[str, Any] = ""
    location: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def _form(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True))


class OAuth:
    def __init__(self, store: Store, grants: Grants, base_url: str) -> None:
        self.store = store
        self.grants = grants
        self.base_url = base_url
        self._asked: dict[str, dict[str, str]] = {}

    def authorise(self, query: str) -> Page:
        """The consent page, or the redirection when nobody has to be asked."""
        asked = _form(query)
        problem = self._problem(asked)
        if problem:
            return Page(400, consent.refusal(*problem))
        scopes = tuple(asked["scope"].split())
        account = asked.get("login_hint") or next(iter(self.store.accounts), "")
        if self.store.settings.autoConsent and account in self.store.accounts:
            return self._allow(asked, account, scopes)
        if asked.get("prompt") == "none":
            return self._redirect(asked, {"error": "interaction_required"})
        request = secrets.token_urlsafe(16)
        self._asked[request] = asked
        return Page(200, consent.page(request, list(self.store.accounts), account, scopes))

    def _problem(self, asked: dict[str, str]) -> tuple[str, str] | None:
        client = self.grants.clients.get(asked.get("client_id", ""))
        if not asked.get("client_id"):
            return "invalid_request", "Missing required parameter: client_id"
        if client is None:
            return "invalid_client", "The OAuth client was not found."
        if not asked.get("redirect_uri"):
            return "invalid_request", "Missing required parameter: redirect_uri"
        if not client.takes(asked["redirect_uri"]):
            return "redirect_uri_mismatch", "The redirect URI in the request does not match the ones authorised."
        if asked.get("response_type") != "code":
            return "unsupported_response_type", f"Invalid response_type: {asked.get('response_type', '')}"
        if not asked.get("scope", "").split():
            return "invalid_request", "Missing required parameter: scope"
        prefix = "https://www.googleapis.com/auth/"
        if any(not scope.startswith(prefix) and scope not in _OPENID for scope in asked["scope"].split()):
            return "invalid_scope", "Some requested scopes were invalid."
        if asked.get("access_type", "online") not in ("online", "offline"):
            return "invalid_request", "Invalid parameter value for access_type"
        if asked.get("code_challenge_method", "plain") not in ("plain", "S256"):
            return "invalid_request", "Invalid parameter value for code_challenge_method"
        if asked.get("code_challenge_method") and not asked.get("code_challenge"):
            return "invalid_request", "Missing required parameter: code_challenge"
        return None

    def decide(self, body: str) -> Page:
        """What the form of the consent page sends."""
        pairs = parse_qsl(body, keep_blank_values=True)
        form = dict(pairs)
        asked = self._asked.pop(form.get("request", ""), None)
        if asked is None:
            return Page(400, consent.refusal("invalid_request", "This page has been used or is too old."))
        account = form.get("account", "")
        ticked = tuple(value for name, value in pairs if name == "scope")
        wanted = tuple(scope for scope in asked["scope"].split() if scope in ticked)
        if form.get("decision") != "allow" or not wanted:
            return self._redirect(asked, {"error": "access_denied"})
        if account not in self.store.accounts:
            return Page(400, consent.refusal("invalid_request", "There is no such account."))
        return self._allow(asked, account, wanted)

    def _allow(self, asked: dict[str, str], account: str, scopes: tuple[str, ...]) -> Page:
        before = self.grants.consented(account, asked["client_id"])
        if asked.get("include_granted_scopes") == "true":
            scopes = tuple(dict.fromkeys([*scopes, *(scope for one in before for scope in one.scopes)]))
        first = not any(one.refresh_token for one in before)
        offline = asked.get("access_type") == "offline" and (first or "consent" in asked.get("prompt", "").split())
        grant = self.grants.add(account, asked["client_id"], scopes, offline)
        code = f"4/{secrets.token_urlsafe(40)}"
        self.grants.codes[code] = Code(grant, asked["redirect_uri"], asked.get("code_challenge"),
                                       asked.get("code_challenge_method", "plain"),
                                       self.store.clock.now() + CODE_SECONDS, asked.get("nonce"))
        return self._redirect(asked, {"code": code, "scope": " ".join(scopes)})

    def _redirect(self, asked: dict[str, str], answer: dict[str, str]) -> Page:
        if "state" in asked:
            answer = {"state": asked["state"], **answer}
        joint = "&" if "?" in asked["redirect_uri"] else "?"
        return Page(302, location=asked["redirect_uri"] + joint + urlencode(answer))

    def token(self, body: str, headers: dict[str, str]) -> Page:
        """POST /token; OAuthError for a refusal."""
        if not headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            raise OAuthError("invalid_request", "The body has to be application/x-www-form-urlencoded.")
        form = _form(body)
        client_id = self._client(form, headers)
        kind = form.get("grant_type")
        if kind == "authorization_code":
            grant, nonce = self._exchange(form, client_id)
            return self._tokens(grant, grant.refresh_token, nonce)
        if kind == "refresh_token":
            if not form.get("refresh_token"):
                raise OAuthError("invalid_request", "Missing required parameter: refresh_token")
            grant = self.grants.by_refresh(form["refresh_token"])
            if grant.client_id != client_id:
                raise OAuthError("unauthorized_client", "Unauthorized", 401)
            rotated = self.grants.new_refresh_token(grant) if self.store.settings.rotateRefreshTokens else None
            return self._tokens(grant, rotated, None)
        if not kind:
            raise OAuthError("invalid_request", "Missing required parameter: grant_type")
        raise OAuthError("unsupported_grant_type", f"Invalid grant_type: {kind}")

    def _client(self, form: dict[str, str], headers: dict[str, str]) -> str:
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        kind, _, value = headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":
            try:
                client_id, _, secret = base64.b64decode(value).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                raise OAuthError("invalid_client", "Unauthorized", 401) from None
            client_id, secret = unquote(client_id), unquote(secret)
        client = self.grants.clients.get(client_id)
        if client is None:
            raise OAuthError("invalid_client", "The OAuth client was not found.", 401)
        if not hmac.compare_digest(client.secret.encode(), secret.encode()):
            if not secret:
                raise OAuthError("invalid_request", "client_secret is missing.")
            raise OAuthError("invalid_client", "The provided client secret is invalid.", 401)
        return client_id

    def _exchange(self, form: dict[str, str], client_id: str) -> tuple[Grant, str | None]:
        given = form.get("code")
        if not given:
            raise OAuthError("invalid_request", "Missing required parameter: code")
        code = self.grants.codes.pop(given, None)
        if code is None:
            if given in self.grants.used_codes:  # RFC 6749, 4.1.2: what it had given ends
                self.grants.end(self.grants.used_codes[given])
                raise OAuthError("invalid_grant", "Bad Request")
            raise OAuthError("invalid_grant", "Malformed auth code.")
        if code.grant.client_id != client_id or code.expires < self.store.clock.now() or not code.grant.live:
            raise OAuthError("invalid_grant", "Bad Request")
        if form.get("redirect_uri") != code.redirect_uri:
            raise OAuthError("redirect_uri_mismatch", "Bad Request")
        self._verify(code, form.get("code_verifier"))
        self.grants.used_codes[given] = code.grant
        return code.grant, code.nonce

    def _verify(self, code: Code, verifier: str | None) -> None:
        """RFC 7636, section 4.6."""
        if code.challenge is None:
            if verifier:
                raise OAuthError("invalid_grant", "code_verifier or verifier is not needed.")
            return
        if not verifier:
            raise OAuthError("invalid_grant", "Missing code verifier.")
        made = verifier
        if code.challenge_method == "S256":
            made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        if not _VERIFIER.match(verifier) or not hmac.compare_digest(made, code.challenge):
            raise OAuthError("invalid_grant", "Invalid code verifier.")

    def _tokens(self, grant: Grant, refresh_token: str | None, nonce: str | None) -> Page:
        token, seconds = self.grants.new_access_token(grant)
        answer: dict[str, Any] = {"access_token": token, "expires_in": seconds, "scope": " ".join(grant.scopes),
                                  "token_type": "Bearer"}
        if refresh_token:
            answer["refresh_token"] = refresh_token
            if self.store.settings.refreshTokenDays is not None:
                left = grant.created + self.store.settings.refreshTokenDays * 86400 - self.store.clock.now()
                answer["refresh_token_expires_in"] = int(left)
        if "openid" in grant.scopes:
            claims = {"iss": "https://accounts.google.com", "aud": grant.client_id, "azp": grant.client_id,
                      "iat": int(self.store.clock.now()), "exp": int(self.store.clock.now()) + 3600,
                      **self._person(grant)}
            answer["id_token"] = id_token.sign(claims | ({"nonce": nonce} if nonce else {}))
        return Page(200, answer, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})

    def revoke(self, query: str, body: str) -> Page:
        token = _form(body).get("token") or _form(query).get("token")
        if not token:
            raise OAuthError("invalid_request", "Missing required parameter: token")
        if not self.grants.end_token(token):
            raise OAuthError("invalid_token", "Token expired or revoked")
        return Page(200, {})

    def _person(self, grant: Grant) -> dict[str, Any]:
        account = self.store.account(grant.account)
        person: dict[str, Any] = {"sub": str(int(hashlib.sha256(account.email.encode()).hexdigest()[:17], 16))}
        if {"email", "https://www.googleapis.com/auth/userinfo.email"} & set(grant.scopes):
            person |= {"email": account.email, "email_verified": True}
        if {"profile", "https://www.googleapis.com/auth/userinfo.profile"} & set(grant.scopes):
            person |= {"name": account.name, "given_name": account.name.split(" ")[0]}
        return person

    def userinfo(self, headers: dict[str, str], query: str, older: bool) -> Page:
        """Who granted the token; `older` is the form of version 2."""
        grant = self.grants.caller(headers, _form(query).get("access_token"))
        if not set(_OPENID) & set(grant.scopes):
            raise known("insufficientPermissions", "Request had insufficient authentication scopes.")
        person = self._person(grant)
        if older:
            person["id"] = person.pop("sub")
            if "email_verified" in person:
                person["verified_email"] = person.pop("email_verified")
        return Page(200, person)

    def tokeninfo(self, query: str, body: str, headers: dict[str, str]) -> Page:
        given = _form(query).get("access_token") or _form(body).get("access_token")
        token = given or headers.get("authorization", "").partition(" ")[2].strip()
        grant = self.grants.by_access(token)
        if grant is None:
            raise OAuthError("invalid_token", "Invalid Value")
        return Page(200, {"azp": grant.client_id, "aud": grant.client_id, **self._person(grant),
                          "scope": " ".join(grant.scopes), "expires_in": str(self.grants.seconds_left(token)),
                          "access_type": "offline" if grant.refresh_token else "online"})

    def discovery(self) -> Page:
        base = self.base_url
        return Page(200, {
            "issuer": "https://accounts.google.com", "authorization_endpoint": f"{base}/o/oauth2/v2/auth",
            "token_endpoint": f"{base}/token", "revocation_endpoint": f"{base}/revoke",
            "userinfo_endpoint": f"{base}/v1/userinfo", "jwks_uri": f"{base}/oauth2/v3/certs",
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"], "scopes_supported": ["openid", "email", "profile"],
            "code_challenge_methods_supported": ["plain", "S256"],
            "grant_types_supported": ["authorization_code", "refresh_token"]})
