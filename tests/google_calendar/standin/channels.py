"""Push notifications: channels, and the messages that go over them.

Each channel has a queue and a task of its own, so that its messages come in order and a slow
receiver holds up nobody else.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from standin import http_client, sync_tokens
from standin.call import Answer, Call
from standin.errors import ApiError, invalid
from standin.settings import Settings
from standin.times import UTC

_ID = re.compile(r"[A-Za-z0-9\-_+/=]{1,64}\Z")
_DEFAULT_SECONDS = 7 * 86400
_TRIED_AGAIN = (500, 502, 503, 504)
_MOST_TRIES = 5
_AGENT = "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)"


@dataclass
class Message:
    state: str
    headers: dict[str, str | None] = field(default_factory=dict)  # None leaves one out
    done: Callable[[int], None] | None = None  # hears the status, 0 when there was no answer


@dataclass
class Channel:
    id: str
    resource_id: str
    resource_uri: str
    what: str
    whose: str
    account: str
    address: str
    token: str | None
    expiration: int  # milliseconds since 1970
    queue: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    task: asyncio.Task[None] | None = None
    number: int = 0
    sent: int = 0
    failed: int = 0
    pending: int = 0
    last_status: int | None = None

    def as_dict(self) -> dict[str, Any]:
        return {"id": self.id, "resourceId": self.resource_id, "resourceUri": self.resource_uri,
                "address": self.address, "token": self.token, "expiration": self.expiration,
                "account": self.account, "sent": self.sent, "failed": self.failed, "pending": self.pending,
                "lastStatus": self.last_status, "lastMessageNumber": self.number}


class Channels:
    def __init__(self, now: Callable[[], float], settings: Settings, seed: int) -> None:
        self._now = now
        self._settings = settings
        self._random = random.Random(seed)
        self.open: dict[str, Channel] = {}

    def watch(self, call: Call, what: str, whose: str, resource_path: str) -> Answer:
        """Opens a channel, as the body of a watch call asks; the sync message follows the answer."""
        channel = self._read(call, what, whose, resource_path)
        self.open[channel.id] = channel
        self._push(channel, Message("sync"))
        answer: dict[str, Any] = {"kind": "api#channel", "id": channel.id, "resourceId": channel.resource_id,
                                  "resourceUri": channel.resource_uri, "expiration": str(channel.expiration)}
        if channel.token is not None:
            answer["token"] = channel.token
        return Answer(content=answer)

    def _read(self, call: Call, what: str, whose: str, resource_path: str) -> Channel:
        body = call.body
        channel_id = call.text("id")
        if not _ID.match(channel_id):
            raise invalid("Invalid channel id.")
        if body.get("type") not in ("web_hook", "webhook"):
            raise invalid("Unknown channel type.", reason="push.channelTypeNotSupported")
        address = call.text("address")
        parts = urlsplit(address)
        near = http_client.is_loopback(parts.hostname or "")
        if not parts.hostname or parts.scheme not in ("http", "https"):
            raise invalid("WebHook callback must be an absolute URL.", reason="push.webhookUrlNoHostOrAddress")
        if parts.scheme != "https" and not near:
            raise ApiError(400, "push.webhookUrlNotHttps", f"WebHook callback must be HTTPS: {address}")
        if len(str(body.get("token") or "")) > 256:
            raise invalid("Channel token too long.", reason="channelTokenTooLong")
        self._forget_expired()
        if channel_id in self.open:
            raise ApiError(400, "channelIdNotUnique", f"Channel id {channel_id} not unique")
        uri = f"{call.base_url}/calendar/v3{resource_path}?alt=json"
        resource = sync_tokens.fingerprint("resource", what, whose, call.account.email)
        return Channel(channel_id, resource, uri, what, whose, call.account.email, address, body.get("token"),
                       self._expiration(body))

    def _expiration(self, body: dict[str, Any]) -> int:
        now = int(self._now() * 1000)
        latest = now + _DEFAULT_SECONDS * 1000
        params = body.get("params")
        if not isinstance(params, dict):
            params = {}
        try:
            if body.get("expiration") is not None:
                wanted = int(body["expiration"])
            elif params.get("ttl") is not None:
                wanted = now + int(params["ttl"]) * 1000
            else:
                wanted = latest
        except (TypeError, ValueError):
            raise invalid("Invalid channel expiration.") from None
        if wanted <= now:
            raise invalid("Channel expiration lies in the past.", reason="channelExpirationInvalid")
        return min(wanted, latest)

    def stop(self, call: Call) -> Answer:
        """channels.stop: 404 unless id and resource id name one of the caller's."""
        channel = self.open.get(call.text("id"))
        resource = call.text("resourceId")
        expired = channel is not None and channel.expiration <= self._now() * 1000
        if channel is None or expired or channel.resource_id != resource or channel.account != call.account.email:
            raise ApiError(404, "notFound", f"Channel '{call.body['id']}' not found for project")
        self._close(channel)
        return Answer(204)

    def _close(self, channel: Channel) -> None:
        self.open.pop(channel.id, None)
        if channel.task is not None:
            channel.task.cancel()

    def close_all(self) -> None:
        for channel in list(self.open.values()):
            self._close(channel)

    def _forget_expired(self) -> None:
        for channel in list(self.open.values()):
            if channel.expiration <= self._now() * 1000:
                self._close(channel)

    def changed(self, what: str, whose: str, state: str = "exists") -> None:
        """Tells all who watch it."""
        if not self.open or not self._settings.notifications:
            return
        self._forget_expired()
        for channel in self.open.values():
            if (channel.what, channel.whose) != (what, whose):
                continue
            if self._random.random() < self._settings.notificationDrop:
                continue
            self._push(channel, Message(state))
            if self._random.random() < self._settings.notificationDuplicate:
                self._push(channel, Message(state, {"X-Goog-Message-Number": str(channel.number + channel.pending)}))

    async def notify(self, channel: Channel, count: int, state: str, headers: dict[str, str | None]) -> list[int]:
        """Sends messages though nothing changed; the statuses once all were delivered."""
        statuses: list[int] = []
        finished = asyncio.Event()

        def heard(status: int) -> None:
            statuses.append(status)
            if len(statuses) == count:
                finished.set()

        for _ in range(count):
            self._push(channel, Message(state, headers, heard))
        if count:
            await finished.wait()
        return statuses

    def _push(self, channel: Channel, message: Message) -> None:
        channel.pending += 1
        channel.queue.put_nowait(message)
        if channel.task is None:
            channel.task = asyncio.get_running_loop().create_task(self._deliver(channel))

    async def _deliver(self, channel: Channel) -> None:
        while True:
            message = await channel.queue.get()
            if self._settings.notificationDelaySeconds:
                await asyncio.sleep(self._settings.notificationDelaySeconds)
            channel.number += 1
            status = await self._send(channel, message)
            channel.pending -= 1
            channel.last_status = status
            if 200 <= status < 300 or status == 102:
                channel.sent += 1
            else:
                channel.failed += 1
            if message.done is not None:
                message.done(status)

    async def _send(self, channel: Channel, message: Message) -> int:
        headers = self._headers(channel, message)
        status = 0
        for attempt in range(_MOST_TRIES):
            if attempt:
                await asyncio.sleep(0.05 * 2**attempt)
            try:
                status = await http_client.post(channel.address, headers)
            except (OSError, TimeoutError):
                return 0
            if status not in _TRIED_AGAIN:
                return status
        return status

    def _headers(self, channel: Channel, message: Message) -> dict[str, str]:
        moment = datetime.fromtimestamp(channel.expiration / 1000, UTC)
        headers: dict[str, str | None] = {
            "Accept": "*/*", "User-Agent": _AGENT, "X-Goog-Channel-ID": channel.id,
            "X-Goog-Channel-Expiration": moment.strftime("%a, %d %b %Y %H:%M:%S GMT"),
            "X-Goog-Channel-Token": channel.token, "X-Goog-Message-Number": str(channel.number),
            "X-Goog-Resource-ID": channel.resource_id, "X-Goog-Resource-State": message.state,
            "X-Goog-Resource-URI": channel.resource_uri, **message.headers}
        return {name: value for name, value in headers.items() if value is not None}
