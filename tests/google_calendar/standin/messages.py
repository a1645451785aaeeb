"""Requests and replies of HTTP/1.1 as the parts of the stand-in hand them on."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from wsgiref.handlers import format_date_time


@dataclass
class Request:
    verb: str
    path: str
    query: str
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass
class Wire:
    """What happens to a reply on its way."""

    drop: bool = False
    truncate: int | None = None  # bytes of the body that still come
    slow: tuple[float, int] | None = None  # seconds in all, slices
    twice: bool = False


@dataclass
class Reply:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    wire: Wire = field(default_factory=Wire)

    def head(self, now: float, keep: bool) -> bytes:
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Unknown"
        lines = [f"HTTP/1.1 {self.status} {phrase}", f"Date: {format_date_time(now)}", "Server: ESF"]
        if self.status not in (204, 304):
            lines.append(f"Content-Length: {len(self.body)}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines.append("Connection: keep-alive" if keep else "Connection: close")
        return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


class BadRequest(Exception):
    """What came is not HTTP/1.1; the connection is closed after a 400."""
