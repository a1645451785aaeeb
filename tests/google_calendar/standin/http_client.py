"""The one kind of request that the stand-in sends: a POST without a body."""

from __future__ import annotations

import asyncio
import ssl
from urllib.parse import urlsplit

_LIMIT_SECONDS = 20


async def post(address: str, headers: dict[str, str]) -> int:
    """The status of the answer; OSError or TimeoutError when there was none. The certificate of a
    loopback address is not checked."""
    parts = urlsplit(address)
    secure = None
    if parts.scheme == "https":
        secure = ssl.create_default_context()
        if is_loopback(parts.hostname or ""):
            secure.check_hostname = False
            secure.verify_mode = ssl.CERT_NONE
    port = parts.port or (443 if secure else 80)
    async with asyncio.timeout(_LIMIT_SECONDS):
        reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=secure)
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            lines = [f"POST {target} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close", "Content-Length: 0"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            writer.write("\r\n".join([*lines, "", ""]).encode())
            await writer.drain()
            first = await reader.readline()
            try:
                return int(first.split(b" ", 2)[1])
            except (IndexError, ValueError):
                raise ConnectionError("no answer of HTTP") from None
        finally:
            writer.close()


def is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
