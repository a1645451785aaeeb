"""The time as the stand-in tells it: the machine's, moved or held by a test."""

from __future__ import annotations

import time
from datetime import datetime, timezone


class Clock:
    """Seconds since 1970 in UTC, and stamps that never repeat."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._frozen: float | None = None
        self._last_stamp = 0

    def now(self) -> float:
        return self._frozen if self._frozen is not None else time.time() + self._offset

    def stamp(self) -> int:
        """Microseconds since 1970, larger than every one before."""
        self._last_stamp = max(self._last_stamp + 1, int(self.now() * 1_000_000))
        return self._last_stamp

    def advance(self, seconds: float) -> None:
        if self._frozen is not None:
            self._frozen += seconds
        else:
            self._offset += seconds

    def set(self, seconds: float) -> None:
        if self._frozen is not None:
            self._frozen = seconds
        else:
            self._offset = seconds - time.time()

    def freeze(self, frozen: bool) -> None:
        now = self.now()
        self._frozen = now if frozen else None
        if not frozen:
            self._offset = now - time.time()

    def real(self) -> None:
        self._frozen = None
        self._offset = 0.0

    @property
    def frozen(self) -> bool:
        return self._frozen is not None


def text_of(seconds: float) -> str:
    """RFC 3339 in UTC with milliseconds, as `updated` and `created` are written."""
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
