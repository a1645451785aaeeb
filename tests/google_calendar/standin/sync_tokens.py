"""Page tokens and sync tokens of all lists.

Both are base64url of a small JSON. A sync token holds where its list stood (`n`), when it was given,
for which query, and how often the tokens of that list had been ended by then.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from standin.errors import invalid, known
from standin.store import Store


def fingerprint(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:12]


def encode(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(text: str, what: str) -> dict[str, Any]:
    """400 of the parameter `what` when it is no token of ours."""
    try:
        value = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if isinstance(value, dict) and value.get("t") == what:
            return value
    except (ValueError, UnicodeDecodeError):
        pass
    words = "sync" if what == "syncToken" else "page"
    raise invalid(f"Invalid {words} token value.", what)


class SyncTokens:
    """Gives and takes the sync tokens of one list (`what`, of `whose` things, for `reader`)."""

    def __init__(self, store: Store, what: str, whose: str, reader: str) -> None:
        self._store = store
        self._what = what
        self._whose = whose
        self._reader = reader

    def _epochs(self) -> list[int]:
        epoch = self._store.epoch
        return [self._store.generation, epoch(self._what, self._whose), epoch(self._what, "*"),
                epoch(f"{self._what}/{self._reader}", self._whose)]

    def give(self, position: int, query: dict[str, Any]) -> str:
        return encode({"t": "syncToken", "w": fingerprint(self._what, self._whose), "n": position, "q": query,
                       "e": self._epochs(), "at": int(self._store.clock.now())})

    def take(self, text: str) -> tuple[int, dict[str, Any]]:
        """Position and query; 410 when it is too old or was ended, 400 when it is none of this list."""
        token = decode(text, "syncToken")
        if token["w"] != fingerprint(self._what, self._whose):
            raise invalid("Invalid sync token value.", "syncToken")
        age = self._store.clock.now() - token["at"]
        if token["e"] != self._epochs() or age > self._store.settings.syncTokenDays * 86400:
            raise known("fullSyncRequired")
        return token["n"], token["q"]
