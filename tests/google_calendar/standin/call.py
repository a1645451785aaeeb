"""A call of the API on its way: what was asked, by whom, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from standin.errors import ApiError, known
from standin.store import Account, Calendar, Store

if TYPE_CHECKING:
    from standin.channels import Channels


@dataclass
class Answer:
    """`content` is JSON to be, JSON already made, or nothing."""

    status: int = 200
    content: dict[str, Any] | bytes | None = None
    etag: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Call:
    store: Store
    channels: Channels
    account: Account
    name: str  # as in Google's client: events.list
    path: dict[str, str]
    query: dict[str, Any]  # checked and converted by parameters.py
    body: dict[str, Any]
    headers: dict[str, str]  # names in lower case
    client_id: str = ""
    base_url: str = ""

    def calendar(self, role: str = "freeBusyReader") -> Calendar:
        """The calendar of the path for the caller; see Store.find."""
        return self.store.find(self.account, self.path["calendarId"], role)

    def check_match(self, etag: str) -> None:
        """412 when `If-Match` names another version."""
        wanted = self.headers.get("if-match")
        if wanted is None or wanted.strip() == "*":
            return
        if etag not in [one.strip().removeprefix("W/") for one in wanted.split(",")]:
            raise known("conditionNotMet")

    def text(self, name: str) -> str:
        """A text of the body; 400 when it is not there."""
        value = self.body.get(name)
        if not isinstance(value, str) or not value:
            raise ApiError(400, "required", f"Missing {name}.")
        return value


def merged(old: Any, change: Any) -> Any:
    """Google's patch: objects are merged, arrays and values replaced, null removes."""
    if not isinstance(change, dict):
        return change
    base = dict(old) if isinstance(old, dict) else {}
    for name, value in change.items():
        if value is None:
            base.pop(name, None)
        else:
            base[name] = merged(base.get(name), value)
    return base
