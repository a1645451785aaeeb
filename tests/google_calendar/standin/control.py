"""The control interface below /_control: for tests, not Google's. README.md describes it."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, unquote

from standin import filling, times
from standin.call import Call
from standin.clock import text_of
from standin.errors import ApiError, as_bytes
from standin.events_write import EventWriter
from standin.grants import Client
from standin.messages import Reply, Request
from standin.methods import SCOPE
from standin.store import Calendar
from standin.world import World

PREFIX = "/_control"


class ControlError(Exception):
    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Control:
    def __init__(self, world: World) -> None:
        self.world = world
        routes: list[tuple[str, str, Callable[..., Any]]] = [
            ("GET", "/state", self.state), ("POST", "/reset", self.reset),
            ("GET", "/settings", self.settings), ("PATCH", "/settings", self.change_settings),
            ("POST", "/accounts", self.add_account), ("POST", "/accounts/{email}/tokens", self.give_tokens),
            ("POST", "/accounts/{email}/revoke", self.revoke), ("POST", "/tokens/expire", self.expire_tokens),
            ("POST", "/clients", self.add_client), ("GET", "/clock", self.clock), ("POST", "/clock", self.set_clock),
            ("POST", "/fill", self.fill), ("GET", "/calendars/{id}/events", self.events),
            ("POST", "/calendars/{id}/events", self.insert), ("POST", "/calendars/{id}/batch", self.batch),
            ("GET", "/calendars/{id}/events/{event}", self.event),
            ("PUT", "/calendars/{id}/events/{event}", self.update),
            ("PATCH", "/calendars/{id}/events/{event}", self.patch),
            ("DELETE", "/calendars/{id}/events/{event}", self.delete),
            ("POST", "/sync-tokens/expire", self.expire_sync_tokens), ("GET", "/channels", self.channels),
            ("POST", "/channels/{id}/notify", self.notify), ("GET", "/calls", self.calls),
            ("DELETE", "/calls", self.clear_calls), ("POST", "/faults", self.add_faults),
            ("GET", "/faults", self.faults), ("DELETE", "/faults", self.clear_faults),
            ("POST", "/faults/random", self.random_faults), ("DELETE", "/faults/random", self.calm),
            ("DELETE", "/faults/{id}", self.remove_fault)]
        self._routes = [(verb, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + r"\Z"), action)
                        for verb, path, action in routes]

    async def handle(self, request: Request) -> Reply:
        path = request.path.removeprefix(PREFIX)
        query = {name: values[-1] for name, values in parse_qs(request.query).items()}
        headers = {"Content-Type": "application/json; charset=UTF-8"}
        try:
            for verb, pattern, action in self._routes:
                found = pattern.match(path) if verb == request.verb else None
                if found:
                    parts = {name: unquote(value) for name, value in found.groupdict().items()}
                    answer = action(parts, query, _body(request))
                    if isinstance(answer, Awaitable):
                        answer = await answer
                    return Reply(200, as_bytes(answer), headers)
            raise ControlError(f"there is no {request.verb} {request.path}", 404)
        except ControlError as problem:
            return Reply(problem.status, as_bytes({"error": str(problem)}), headers)
        except ApiError as problem:
            return Reply(problem.status, as_bytes(problem.body()), headers)
        except (ValueError, TypeError, KeyError) as problem:
            return Reply(400, as_bytes({"error": f"{type(problem).__name__}: {problem}"}), headers)

    # Everything

    def state(self, _parts: dict[str, str], _query: dict[str, str], _body: Any) -> Any:
        world = self.world
        calendars = []
        for one in world.store.calendars.values():
            gone = sum(record.cancelled for record in one.events.values())
            calendars.append({"id": one.id, "owner": one.owner, "events": len(one.events) - gone, "cancelled": gone})
        return {"clock": text_of(world.clock.now()), "accounts": list(world.store.accounts), "calendars": calendars,
                "channels": len(world.channels.open), "faults": len(world.faults.rules), "calls": world.calls.total}

    def reset(self, _parts: dict[str, str], _query: dict[str, str], _body: Any) -> Any:
        self.world.reset()
        return {}

    def settings(self, _parts: dict[str, str], _query: dict[str, str], _body: Any) -> Any:
        return self.world.settings.as_dict()

    def change_settings(self, _parts: dict[str, str], _query: dict[str, str], body: Any) -> Any:
        self.world.settings.change(body)
        return self.world.settings.as_dict()

    # Accounts and tokens

    def add_account(self, _parts: dict[str, str], _query: dict[str, str], body: Any) -> Any:
        email, zone_name = body["email"].lower(), body.get("timeZone", self.world.beginning.time_zone)
        if email in self.world.store.accounts or times.zone(zone_name) is None:
            raise ControlError("the account is there, or the time zone is none")
        self.world.store.add_account(email, body.get("name", ""), zone_name, bool(body.get("admin", False)))
        return {"email": email}

    def _known(self, email: str) -> str:
        if email not in self.world.store.accounts:
            raise ControlError(f"there is no account {email}", 404)
        return email

    def give_tokens(self, parts: dict[str, str], _query: dict[str, str], body: Any) -> Any:
        scopes = tuple(body.get("scopes") or (f"{SCOPE}calendar", "openid", "email", "profile"))
        grants = self.world.grants
        client = body.get("clientId", self.world.beginning.client_id)
        grant = grants.add(self._known(parts["email"]), client, scopes, offline=True)
        token, seconds = grants.new_access_token(grant)
        return {"access_token": token, "refresh_token": grant.refresh_token, "expires_in": seconds,
                "scope": " ".join(scopes), "token_type": "Bearer"}

    def revoke(self, parts: dict[str, str], _query: dict[str, str], _body: Any) -> Any:
        return {"revoked": self.world.grants.end_account(self._known(parts["email"]))}

    def expire_tokens(self, _parts: dict[str, str], _query: dict[str, str], body: Any) -> Any:
        return {"expired": self.world.grants.expire_access(body.get("account"))}

    def add_client(self, _parts: dict[str, str], _query: dict[str, str], body: Any) -> Any:
        client = Client(body["clientId"], body["clientSecret"], list(body.get("redirectUris", [])))
        self.world.grants.clients[client.id] = client
        return {"clientId": client.id}

    def clock(self, _parts: dict[str, str], _query: dict[str, str], _body: Any) -> Any:
        return {"now": text_of(self.world.clock.now()), "frozen": self.world.clock.frozen}

    def set_clock(self, _parts: dict[str, str], _query: dict[str, str], body: Any) -> Any:
        clock = self.world.clock
        if body.get("real"):
            clock.real()
        if "freeze" in body:
            clock.freeze(bool(body["freeze"]))
        if "now" in body:
            clock.set(times.bound(body["now"], "now").timestamp())
        if "advance" in body:
            clock.advance(float(body["advance"]))
        return self.clock({}, {}, {})

    # The store

    def _calendar(self, calendar_id: str, query: dict[str, str]) -> Calendar:
        if calendar_id == "primary":
            calendar_id = query.get("account", "")
        calendar = self.world.store.calendars.get(calendar_id)
        if calendar is None:
            raise ControlError(f"there is no calendar '{calendar_id}'", 404)
        return calendar

    def writer(self, calendar: Calendar) -> EventWriter:
        """Writes as the calendar's owner, with every right."""
        store = self.world.store
        query = {"conferenceDataVersion": 1, "supportsAttachments": True}
        call = Call(store, self.world.channels, store.account(calendar.owner), "control", {}, query, {}, {})
        return EventWriter(call, calendar)

    def fill(self, _parts: dict[str, str], query: dict[str, str], body: Any) -> Any:
        ids = filling.fill(self.writer(self._calendar(body["calendarId"], query)), body)
        return {"created": len(ids), **({"ids": ids} if len(ids) <= 1000 else {})}

    def events(self, parts: dict[str, str], query: dict[str, str], _body: Any) -> Any:
        calendar = self._calendar(parts["id"], query)
        return {"items": [calendar.events[one].body for one in sorted(calendar.events)], "sequence": calendar.sequence}

    def event(self, parts: dict[str, str], query: dict[str, str], _body: Any) -> Any:
        record = self._calendar(parts["id"], query).events.get(parts["event"])
        if record is None:
            raise ControlError("there is no such event", 404)
        return record.body

    def insert(self, parts: dict[str, str], query: dict[str, str], body: Any) -> Any:
        return self._edit(self._calendar(parts["id"], query), {"op": "insert", "body": body})

    def update(self, parts: dict[str, str], query: dict[str, str], body: Any) -> Any:
        return self._edit(self._calendar(parts["id"], query), {"op": "update", "id": parts["event"], "body": body})

    def patch(self, parts: dict[str, str], query: dict[str, str], body: Any) -> Any:
        return self._edit(self._calendar(parts["id"], query), {"op": "patch", "id": parts["event"], "body": body})

    def delete(self, parts: dict[str, str], query: dict[str, str], _body: Any) -> Any:
        return self._edit(self._calendar(parts["id"], query), {"op": "delete", "id": parts["event"]})

    def batch(self, parts: dict[str, str], query: dict[str, str], body: Any) -> Any:
        calendar = self._calendar(parts["id"], query)
        results = []
        for edit in body["edits"]:
            try:
                results.append(self._edit(calendar, edit))
            except ApiError as problem:
                results.append(problem.body())
        return {"results": results}

    def _edit(self, calendar: Calendar, edit: dict[str, Any]) -> dict[str, Any]:
        writer, op, body = self.writer(calendar), edit.get("op"), edit.get("body") or {}
        if op == "insert":
            return writer.insert(body).body
        if op in ("update", "patch"):
            return writer.change(edit["id"], body, whole=op == "update").body
        if op == "delete":
            return writer.delete(edit["id"]).body
        raise ControlError("an edit's 'op' is insert, update, patch or delete")

    def expire_sync_tokens(self, _parts: dict[str, str], query: dict[str, str], body: Any) -> Any:
        if body.get("calendarId"):
            self.world.store.end_sync_tokens("events", self._calendar(body["calendarId"], query).id)
        else:
            for what in ("events", "calendarList", "acl", "settings"):
                self.world.store.end_sync_tokens(what, "*")
        return {}

    # Channels, calls, faults

    def channels(self, _parts: dict[str, str], _query: dict[str, str], _body: Any) -> Any:
        return [one.as_dict() for one in self.world.channels.open.values()]

    async def notify(self, parts: dict[str, str], _query: dict[str, str], body: Any) -> Any:
        channel = self.world.channels.open.get(parts["id"])
        if channel is None:
            raise ControlError("there is no such channel", 404)
        statuses = await self.world.channels.notify(channel, int(body.get("count", 1)), body.get("state", "exists"),
                                                    body.get("headers", {}))
        return {"statuses": statuses}

    def calls(self, _parts: dict[str, str], query: dict[str, str], _body: Any) -> Any:
        return self.world.calls.as_dict(query.get("method"), int(query.get("since", "0")))

    def clear_calls(self, _parts: dict[str, str], _query: dict[str, str], _body: Any) -> Any:
        self.world.calls.clear()
        return {}

    def add_faults(self, _parts: dict[str, str], _query: dict[str, str], body: Any) -> Any:
        rules = body if isinstance(body, list) else [body]
        return {"ids": [self.world.faults.add(rule).id for rule in rules]}

    def faults(self, _parts: dict[str, str], _query: dict[str, str], _body: Any) -> Any:
        return self.world.faults.as_dict()

    def clear_faults(self, _parts: dict[str, str], _query: dict[str, str], _body: Any) -> Any:
        self.world.faults.clear()
        return {}

    def random_faults(self, _parts: dict[str, str], _query: dict[str, str], body: Any) -> Any:
        self.world.faults.randomise(body)
        return self.world.faults.as_dict()

    def calm(self, _parts: dict[str, str], _query: dict[str, str], _body: Any) -> Any:
        drawn = self.world.faults.as_dict()["drawn"]
        self.world.faults.calm()
        return {"drawn": drawn}

    def remove_fault(self, parts: dict[str, str], _query: dict[str, str], _body: Any) -> Any:
        if not self.world.faults.remove(int(parts["id"])):
            raise ControlError("there is no such fault", 404)
        return {}


def _body(request: Request) -> Any:
    return json.loads(request.body) if request.body else {}
