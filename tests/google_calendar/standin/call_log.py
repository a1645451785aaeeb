"""What was called: counts for ever, the calls themselves for a while."""

from __future__ import annotations

import time
from collections import Counter, deque
from typing import Any

_KEPT = 10_000
_MINUTE = 60.0


class CallLog:
    def __init__(self) -> None:
        self.clear()
        self._recent: dict[str, deque[float]] = {}

    def clear(self) -> None:
        self.total = 0
        self.by_method: Counter[str] = Counter()
        self.by_status: Counter[str] = Counter()
        self._calls: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    def add(self, method: str, verb: str, path: str, status: int, account: str | None, fault: str | None) -> None:
        """`status` is 0 for a call that was dropped."""
        self.total += 1
        self.by_method[method] += 1
        self.by_status[str(status)] += 1
        self._calls.append({"n": self.total, "method": method, "verb": verb, "path": path, "status": status,
                            "account": account, "fault": fault})

    def as_dict(self, method: str | None, since: int) -> dict[str, Any]:
        calls = [call for call in self._calls if call["n"] > since and method in (None, call["method"])]
        return {"total": self.total, "byMethod": dict(self.by_method), "byStatus": dict(self.by_status), "calls": calls}

    def over_quota(self, who: str, per_minute: int) -> bool:
        """Counts a call of `who` in the last minute of real time; whether it is one too many."""
        now = time.monotonic()
        recent = self._recent.setdefault(who, deque())
        while recent and recent[0] <= now - _MINUTE:
            recent.popleft()
        if len(recent) >= per_minute:
            return True
        recent.append(now)
        return False
