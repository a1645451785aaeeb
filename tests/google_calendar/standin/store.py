"""What the stand-in knows: accounts, calendars and their events, all in memory.

One thread works on it (the server's event loop), so nothing here is locked.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from standin import times
from standin.clock import Clock
from standin.errors import as_bytes, known
from standin.series import Series
from standin.settings import Settings

ROLES = ("none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
_ALPHABET = "0123456789abcdefghijklmnopqrstuv"


def at_least(role: str, wanted: str) -> bool:
    return ROLES.index(role) >= ROLES.index(wanted)


class Record:
    """One event of one calendar as stored. `body` is replaced, never changed, on a write."""

    __slots__ = ("body", "change", "start", "end", "updated", "_raw", "_occurrences")

    def __init__(self, body: dict[str, Any], change: int, start: float, end: float, updated: float) -> None:
        self.body = body
        self.change = change  # the calendar's sequence at the last write
        self.start = start  # seconds since 1970; for a series, of its first occurrence
        self.end = end
        self.updated = updated
        self._raw: bytes | None = None
        self._occurrences: Series | None = None

    @property
    def id(self) -> str:
        return str(self.body["id"])

    @property
    def cancelled(self) -> bool:
        return self.body.get("status") == "cancelled"

    @property
    def series(self) -> bool:
        return bool(self.body.get("recurrence"))

    @property
    def master_id(self) -> str | None:
        return self.body.get("recurringEventId")

    def occurrences(self) -> Series:
        """The occurrences of a series, read once."""
        if self._occurrences is None:
            start = times.read(self.body["start"], "start", "UTC")
            self._occurrences = Series(self.body["recurrence"], start)
        return self._occurrences

    def raw(self) -> bytes:
        """The event as JSON, made once."""
        if self._raw is None:
            self._raw = as_bytes(self.body)
        return self._raw


@dataclass
class ListEntry:
    """A calendar in somebody's list, or what is left of it."""

    body: dict[str, Any]
    change: int
    deleted: bool = False


@dataclass
class Rule:
    """An acl rule; a deleted one has the role none."""

    id: str
    role: str
    scope: dict[str, str]
    etag: str
    change: int


@dataclass
class Calendar:
    id: str
    owner: str  # e-mail of the data owner
    body: dict[str, Any]
    primary: bool
    events: dict[str, Record] = field(default_factory=dict)  # in order of the last change
    exceptions: dict[str, set[str]] = field(default_factory=dict)  # ids by series
    uids: dict[str, set[str]] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    cancelled_with: dict[str, set[str]] = field(default_factory=dict)  # by deleted series
    sequence: int = 0
    rule_sequence: int = 0

    @property
    def zone_name(self) -> str:
        return str(self.body["timeZone"])

    @property
    def zone(self) -> ZoneInfo:
        found = times.zone(self.zone_name)
        assert found is not None
        return found

    def put(self, record: Record) -> None:
        """Stores it as the latest change."""
        self.events.pop(record.id, None)
        self.events[record.id] = record
        self.uids.setdefault(record.body.get("iCalUID", ""), set()).add(record.id)
        if record.master_id:
            self.exceptions.setdefault(record.master_id, set()).add(record.id)

    def next_change(self) -> int:
        self.sequence += 1
        return self.sequence


@dataclass
class Account:
    email: str
    name: str
    time_zone: str
    admin: bool = False
    entries: dict[str, ListEntry] = field(default_factory=dict)
    entry_sequence: int = 0

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]

    def person(self) -> dict[str, str]:
        return {"email": self.email, "displayName": self.name} if self.name else {"email": self.email}


class Store:
    def __init__(self, clock: Clock, settings: Settings, seed: int, generation: int = 0) -> None:
        self.generation = generation  # how often all was reset before: older tokens have ended
        self.clock = clock
        self.settings = settings
        self.random = random.Random(seed)
        self.accounts: dict[str, Account] = {}
        self.calendars: dict[str, Calendar] = {}
        # (what, whose) -> how often all sync tokens of it were ended
        self.epochs: dict[tuple[str, str], int] = {}

    def etag(self) -> str:
        return f'"{self.clock.stamp() * 2}"'

    def new_id(self, length: int = 26) -> str:
        return "".join(self.random.choices(_ALPHABET, k=length))

    def account(self, email: str) -> Account:
        """KeyError when there is none."""
        return self.accounts[email]

    def add_account(self, email: str, name: str, time_zone: str, admin: bool = False) -> Account:
        account = Account(email, name, time_zone, admin)
        self.accounts[email] = account
        calendar = self.add_calendar(account, email, {"summary": email, "timeZone": time_zone}, primary=True)
        self.set_rule(calendar, "domain", account.domain, "freeBusyReader")
        return account

    def add_calendar(self, owner: Account, calendar_id: str, body: dict[str, Any], primary: bool) -> Calendar:
        """A new calendar, in its owner's list too."""
        content = {"kind": "calendar#calendar", "etag": self.etag(), "id": calendar_id, **body,
                   "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]}}
        if not primary:
            content["dataOwner"] = owner.email
        calendar = Calendar(calendar_id, owner.email, content, primary)
        self.calendars[calendar_id] = calendar
        self.set_rule(calendar, "user", owner.email, "owner")
        self.add_entry(owner, calendar, {"selected": True})
        return calendar

    def add_entry(self, account: Account, calendar: Calendar, chosen: dict[str, Any]) -> ListEntry:
        account.entry_sequence += 1
        body = {"colorId": "14" if calendar.primary else "2", "backgroundColor": "#9fe1e7",
                "foregroundColor": "#000000", "defaultReminders": [{"method": "popup", "minutes": 30}], **chosen}
        entry = ListEntry({**body, "etag": self.etag()}, account.entry_sequence)
        account.entries[calendar.id] = entry
        return entry

    def set_rule(self, calendar: Calendar, kind: str, value: str, role: str) -> Rule:
        calendar.rule_sequence += 1
        rule_id = kind if kind == "default" else f"{kind}:{value}"
        scope = {"type": kind} if kind == "default" else {"type": kind, "value": value}
        calendar.rules[rule_id] = Rule(rule_id, role, scope, self.etag(), calendar.rule_sequence)
        return calendar.rules[rule_id]

    def role_of(self, account: Account, calendar: Calendar) -> str:
        """The best role that any rule gives to the account."""
        best = "none"
        for rule in calendar.rules.values():
            kind, value = rule.scope["type"], rule.scope.get("value", "")
            meant = (kind == "default" or (kind in ("user", "group") and value == account.email)
                     or (kind == "domain" and value == account.domain))
            if meant and ROLES.index(rule.role) > ROLES.index(best):
                best = rule.role
        return best

    def find(self, account: Account, calendar_id: str, role: str = "freeBusyReader") -> Calendar:
        """The calendar for somebody with at least that role: 404 when they see nothing of it, 403
        when they may do less."""
        calendar = self.calendars.get(account.email if calendar_id == "primary" else calendar_id)
        has = self.role_of(account, calendar) if calendar else "none"
        if calendar is None or has == "none":
            raise known("notFound")
        if not at_least(has, role):
            raise known("requiredAccessLevel", f"You need to have {role} access to this calendar.")
        return calendar

    def epoch(self, what: str, whose: str) -> int:
        return self.epochs.get((what, whose), 0)

    def end_sync_tokens(self, what: str, whose: str) -> None:
        self.epochs[what, whose] = self.epoch(what, whose) + 1
