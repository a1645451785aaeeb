"""The HTTP/1.1 server: one event loop, one task a connection, requests of a connection in order."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable

from standin.messages import BadRequest, Reply, Request

Handler = Callable[[Request], Awaitable[Reply]]
_HEAD_LIMIT = 64 * 1024
_BODY_LIMIT = 64 * 1024 * 1024


class Server:
    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self, port: int) -> int:
        """Listens on 127.0.0.1; answers the port, a free one for 0. OSError when it is taken."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=_HEAD_LIMIT, backlog=512)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            pass
        except asyncio.CancelledError:
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Reads a request and answers it; whether the connection goes on."""
        _acknowledge_at_once(writer)
        try:
            request = await _read(reader, writer)
        except BadRequest as problem:
            writer.write(Reply(400, str(problem).encode()).head(time.time(), False))
            return False
        if request is None:
            return False
        reply = await self._handler(request)
        keep = request.headers.get("connection", "").lower() != "close"
        return await _write(writer, reply, keep)


def _acknowledge_at_once(writer: asyncio.StreamWriter) -> None:
    """A client that sends head and body apart would else wait 40 ms for the first to be acknowledged.
    Linux alone knows the option, and forgets it."""
    option = getattr(socket, "TCP_QUICKACK", None)
    connection = writer.get_extra_info("socket")
    if option is not None and connection is not None:
        try:
            connection.setsockopt(socket.IPPROTO_TCP, option, 1)
        except OSError:
            pass


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
    """None at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head[:-4].decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadRequest("the request line")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadRequest("a header")
        headers[name.lower()] = value.strip()
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = await _read_body(reader, headers)
    path, _, query = parts[1].partition("?")
    return Request(headers.get("x-http-method-override", parts[0]).upper(), path, query, headers, body)


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        slices = []
        while True:
            size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
            slices.append((await reader.readexactly(size + 2))[:-2])
            if size == 0:
                return b"".join(slices)
    try:
        length = int(headers.get("content-length") or 0)
    except ValueError:
        raise BadRequest("the length") from None
    if not 0 <= length <= _BODY_LIMIT:
        raise BadRequest("the length")
    return await reader.readexactly(length) if length else b""


async def _write(writer: asyncio.StreamWriter, reply: Reply, keep: bool) -> bool:
    wire = reply.wire
    if wire.drop:
        writer.transport.abort()
        return False
    head = reply.head(time.time(), keep and not wire.twice and wire.truncate is None)
    if wire.truncate is not None:
        writer.write(head + reply.body[:wire.truncate])
        await writer.drain()
        return False
    if wire.slow is not None:
        await _write_slowly(writer, head, reply.body, *wire.slow)
        return keep
    writer.write(head + reply.body)
    if wire.twice:
        writer.write(head + reply.body)
        keep = False
    await writer.drain()
    return keep


async def _write_slowly(writer: asyncio.StreamWriter, head: bytes, body: bytes, seconds: float, slices: int) -> None:
    writer.write(head)
    size = max(1, -(-len(body) // max(1, slices)))
    for begin in range(0, len(body), size):
        await asyncio.sleep(seconds / max(1, slices))
        writer.write(body[begin:begin + size])
        await writer.drain()
