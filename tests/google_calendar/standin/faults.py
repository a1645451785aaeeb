"""Faults: which call is hit, and by what. What they do to a call is in api.py and server.py."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from standin.errors import REASONS, ApiError, OAuthError, known

KINDS = ("error", "drop", "truncate", "delay", "slow", "duplicate", "emptyPage", "html", "revoke", "expireAccess")
_OAUTH_STATUS = {"invalid_client": 401, "unauthorized_client": 401, "server_error": 500, "temporarily_unavailable": 503,
                 "internal_failure": 500}
_OWN_FIELDS = {"method", "calendarId", "account", "pathContains", "times", "after", "probability", "seed", "kind"}
_KIND_FIELDS = {"error": {"status", "reason", "message", "retryAfter"}, "drop": {"when"}, "truncate": {"bytes"},
                "delay": {"seconds", "when"}, "slow": {"seconds", "slices"}, "duplicate": {"what"}, "emptyPage": set(),
                "html": {"status"}, "revoke": set(), "expireAccess": set()}
_CHOICES = {"when": ("before", "after"), "what": ("effect", "items", "answer")}

# The kinds of random faults by name.
RANDOM: dict[str, dict[str, Any]] = {
    "403-rate": {"kind": "error", "reason": "rateLimitExceeded", "retryAfter": 0},
    "403-user-rate": {"kind": "error", "reason": "userRateLimitExceeded", "retryAfter": 0},
    "403-quota": {"kind": "error", "reason": "quotaExceeded", "retryAfter": 0},
    "403-forbidden": {"kind": "error", "reason": "forbidden"},
    "429": {"kind": "error", "status": 429, "reason": "rateLimitExceeded", "retryAfter": 0},
    "401": {"kind": "expireAccess"},
    "410": {"kind": "error", "reason": "fullSyncRequired"},
    "412": {"kind": "error", "reason": "conditionNotMet"},
    "500": {"kind": "error", "status": 500, "reason": "backendError"},
    "503": {"kind": "error", "status": 503, "reason": "backendError", "retryAfter": 0},
    "drop-before": {"kind": "drop", "when": "before"},
    "drop-after": {"kind": "drop", "when": "after"},
    "duplicate-effect": {"kind": "duplicate", "what": "effect"},
    "truncate": {"kind": "truncate"},
}
USUAL = ("403-rate", "403-user-rate", "429", "500", "503", "drop-before", "drop-after", "duplicate-effect",
         "truncate", "401")


@dataclass
class Subject:
    """The call that a fault may hit."""

    method: str
    path: str
    calendar_id: str | None
    account: str | None


@dataclass
class Fault:
    id: int
    rule: dict[str, Any]
    times: int
    after: int
    hits: int = 0
    seen: int = 0
    draws: random.Random = field(default_factory=random.Random)

    @property
    def kind(self) -> str:
        return str(self.rule["kind"])

    def get(self, name: str, usual: Any = None) -> Any:
        return self.rule.get(name, usual)

    def meets(self, subject: Subject) -> bool:
        rule = self.rule
        if self.times and self.hits >= self.times:
            return False
        if not fnmatchcase(subject.method, rule.get("method", "*")):
            return False
        if "calendarId" in rule and rule["calendarId"] != subject.calendar_id:
            return False
        if "account" in rule and rule["account"] != subject.account:
            return False
        return rule.get("pathContains", "") in subject.path

    def error(self, method: str) -> ApiError | OAuthError:
        """The refusal that a fault of the kind `error` answers with."""
        reason, message = self.get("reason", "backendError"), self.get("message", "")
        if method.startswith("oauth.") and reason not in REASONS:
            status = self.get("status") or _OAUTH_STATUS.get(reason, 400)
            return OAuthError(reason, message or "Token has been expired or revoked.", status)
        headers = {"Retry-After": str(self.rule["retryAfter"])} if self.get("retryAfter") is not None else {}
        if reason in REASONS:
            return known(reason, message, self.get("status", 0), headers=headers)
        return ApiError(self.get("status", 403), reason, message or reason, headers=headers)

    def as_dict(self) -> dict[str, Any]:
        return {"id": self.id, **self.rule, "times": self.times, "hits": self.hits}


class Faults:
    def __init__(self) -> None:
        self.rules: list[Fault] = []
        self._random: dict[str, Any] | None = None
        self._drawn = 0
        self._next = 1

    def add(self, rule: dict[str, Any]) -> Fault:
        """One more rule; ValueError when it is none."""
        kind = rule.get("kind")
        if kind not in KINDS:
            raise ValueError(f"the kind of a fault is one of {', '.join(KINDS)}")
        strange = rule.keys() - _OWN_FIELDS - _KIND_FIELDS[kind]
        if strange:
            raise ValueError(f"a fault of the kind {kind} has no '{sorted(strange)[0]}'")
        for name, allowed in _CHOICES.items():
            if name in rule and rule[name] not in allowed:
                raise ValueError(f"'{name}' of a fault is one of {', '.join(allowed)}")
        fault = Fault(self._next, dict(rule), int(rule.get("times", 1)), int(rule.get("after", 0)),
                      draws=random.Random(rule.get("seed", 1)))
        self._next += 1
        self.rules.append(fault)
        return fault

    def randomise(self, wanted: dict[str, Any]) -> None:
        """Random faults from now on; ValueError when a kind is unknown."""
        kinds = wanted.get("kinds", list(USUAL))
        strange = [kind for kind in kinds if kind not in RANDOM]
        if strange or not kinds:
            raise ValueError(f"random faults are of {', '.join(RANDOM)}; not '{strange[0] if strange else ''}'")
        self._random = {"seed": int(wanted.get("seed", 1)), "rate": float(wanted.get("rate", 0.1)),
                        "methods": wanted.get("methods", ["*"]), "kinds": list(kinds)}
        self._drawn = 0

    def calm(self) -> None:
        self._random = None

    def clear(self) -> None:
        self.rules.clear()
        self._random = None

    def remove(self, number: int) -> bool:
        before = len(self.rules)
        self.rules = [fault for fault in self.rules if fault.id != number]
        return len(self.rules) < before

    def hit(self, subject: Subject) -> Fault | None:
        """The fault that acts on this call."""
        for fault in self.rules:
            if not fault.meets(subject):
                continue
            fault.seen += 1
            if fault.seen <= fault.after or fault.draws.random() >= fault.get("probability", 1):
                continue
            fault.hits += 1
            return fault
        return self._draw(subject)

    def _draw(self, subject: Subject) -> Fault | None:
        wanted = self._random
        if wanted is None or not any(fnmatchcase(subject.method, one) for one in wanted["methods"]):
            return None
        self._drawn += 1
        draws = random.Random(f"{wanted['seed']}/{self._drawn}")
        if draws.random() >= wanted["rate"]:
            return None
        return Fault(0, RANDOM[draws.choice(wanted["kinds"])], 1, 0)

    def as_dict(self) -> dict[str, Any]:
        return {"faults": [fault.as_dict() for fault in self.rules], "random": self._random, "drawn": self._drawn}
