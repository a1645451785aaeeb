"""Who has been let in: OAuth clients, codes, grants and their tokens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from standin.clock import Clock
from standin.errors import OAuthError, known
from standin.http_client import is_loopback
from standin.settings import Settings

CODE_SECONDS = 600
_MOST_REFRESH_TOKENS = 100  # of an account and a client; above it the oldest ends without a word


@dataclass
class Client:
    id: str
    secret: str
    redirect_uris: list[str] = field(default_factory=list)

    def takes(self, uri: str) -> bool:
        """Whether answers may be sent there; without a list, to any loopback address."""
        if self.redirect_uris:
            return uri in self.redirect_uris
        scheme, _, rest = uri.partition("://")
        host = rest.split("/")[0].rsplit(":", 1)[0]
        return scheme in ("http", "https") and is_loopback(host.strip("[]"))


@dataclass
class Grant:
    """What an account has allowed a client in one consent. Ends as a whole."""

    account: str
    client_id: str
    scopes: tuple[str, ...]
    created: float
    refresh_token: str | None = None
    live: bool = True


@dataclass
class Code:
    grant: Grant
    redirect_uri: str
    challenge: str | None
    challenge_method: str
    expires: float
    nonce: str | None


class Grants:
    def __init__(self, clock: Clock, settings: Settings) -> None:
        self._clock = clock
        self._settings = settings
        self.clients: dict[str, Client] = {}
        self.codes: dict[str, Code] = {}
        self.used_codes: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}
        self._access: dict[str, tuple[Grant, float]] = {}
        self._all: list[Grant] = []

    def add(self, account: str, client_id: str, scopes: tuple[str, ...], offline: bool) -> Grant:
        grant = Grant(account, client_id, scopes, self._clock.now())
        self._all.append(grant)
        if offline:
            self.new_refresh_token(grant)
            same = [one for one in self._all if one.live and one.refresh_token
                    and (one.account, one.client_id) == (account, client_id)]
            for old in same[:-_MOST_REFRESH_TOKENS]:
                self.end(old)
        return grant

    def new_refresh_token(self, grant: Grant) -> str:
        if grant.refresh_token:
            self._refresh.pop(grant.refresh_token, None)
        grant.refresh_token = f"1//{secrets.token_urlsafe(48)}"
        self._refresh[grant.refresh_token] = grant
        return grant.refresh_token

    def new_access_token(self, grant: Grant) -> tuple[str, int]:
        """The token and for how many seconds it lives."""
        seconds = self._settings.accessTokenSeconds
        token = f"ya29.{secrets.token_urlsafe(64)}"
        self._access[token] = (grant, self._clock.now() + seconds)
        return token, int(seconds)

    def consented(self, account: str, client_id: str) -> list[Grant]:
        return [one for one in self._all if one.live and (one.account, one.client_id) == (account, client_id)]

    def by_access(self, token: str) -> Grant | None:
        """The grant of a live access token."""
        grant, expires = self._access.get(token, (None, 0.0))
        return grant if grant is not None and grant.live and expires > self._clock.now() else None

    def seconds_left(self, token: str) -> int:
        return max(0, int(self._access[token][1] - self._clock.now()))

    def by_refresh(self, token: str) -> Grant:
        """OAuthError `invalid_grant` when it has ended."""
        grant = self._refresh.get(token)
        days = self._settings.refreshTokenDays
        old = grant is not None and days is not None and self._clock.now() > grant.created + days * 86400
        if grant is None or not grant.live or old:
            raise OAuthError("invalid_grant", "Token has been expired or revoked.")
        return grant

    def caller(self, headers: dict[str, str], query_token: str | None) -> Grant:
        """Whose call it is; 401 without a live token."""
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" and not query_token:
            if not headers.get("authorization"):
                raise known("required")
            raise known("authError")
        grant = self.by_access(token.strip() if kind.lower() == "bearer" else query_token or "")
        if grant is None:
            raise known("authError")
        return grant

    def end(self, grant: Grant) -> None:
        grant.live = False

    def end_token(self, token: str) -> bool:
        """Ends the grant of an access or refresh token; False when it is not live."""
        grant = self.by_access(token) or self._refresh.get(token)
        if grant is None or not grant.live:
            return False
        self.end(grant)
        return True

    def end_account(self, account: str) -> int:
        ended = [one for one in self._all if one.live and one.account == account]
        for grant in ended:
            self.end(grant)
        return len(ended)

    def expire_access(self, account: str | None = None, token: str | None = None) -> int:
        """Access tokens end; refresh tokens stay. Answers how many."""
        gone = [one for one, (grant, _) in self._access.items()
                if account in (None, grant.account) and token in (None, one)]
        for one in gone:
            del self._access[one]
        return len(gone)
