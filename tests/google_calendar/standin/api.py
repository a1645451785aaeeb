"""What becomes of a request: who calls, which method, its faults, its answer."""

from __future__ import annotations

import asyncio
import gzip
import json
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from standin import id_token, methods, parameters, partial, shapes
from standin.call import Answer, Call
from standin.errors import ApiError, OAuthError, as_bytes, known
from standin.events_read import EventList
from standin.faults import Fault, Subject
from standin.grants import Grant
from standin.messages import Reply, Request, Wire
from standin.methods import Method
from standin.oauth import Page
from standin.world import World

_JSON = {"Content-Type": "application/json; charset=UTF-8"}
_PRIVATE = {"Cache-Control": "private, max-age=0, must-revalidate, no-transform", "Vary": "Origin, X-Origin, Referer",
            "X-Content-Type-Options": "nosniff"}
_OAUTH = {("GET", "/o/oauth2/v2/auth"): "oauth.auth", ("POST", "/o/oauth2/v2/auth"): "oauth.auth",
          ("POST", "/token"): "oauth.token", ("POST", "/revoke"): "oauth.revoke", ("GET", "/revoke"): "oauth.revoke",
          ("GET", "/tokeninfo"): "oauth.tokeninfo", ("POST", "/tokeninfo"): "oauth.tokeninfo",
          ("GET", "/v1/userinfo"): "oauth.userinfo",
          ("GET", "/oauth2/v2/userinfo"): "oauth.userinfo", ("GET", "/oauth2/v3/userinfo"): "oauth.userinfo",
          ("GET", "/oauth2/v3/certs"): "oauth.certs", ("GET", "/.well-known/openid-configuration"): "oauth.discovery"}
_FAULTLESS = Fault(0, {"kind": "none"}, 0, 0)


class Api:
    """All that is Google's; the control interface is apart."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def handle(self, request: Request) -> Reply:
        """Runs a request with the fault that hits it, and notes it."""
        world = self.world
        oauth = _OAUTH.get((request.verb, request.path))
        found = None if oauth else methods.find(request.verb, request.path)
        name = oauth or (found[0].name if found else "unknown")
        account = self._account(request)
        calendar_id = found[1].get("calendarId") if found else None
        if calendar_id == "primary":
            calendar_id = account
        fault = world.faults.hit(Subject(name, request.target, calendar_id, account)) or _FAULTLESS

        def run() -> Reply:
            return self._oauth(name, request) if oauth else self._method(found, request, fault)

        reply = await self._with_fault(fault, name, request, run)
        status = 0 if reply.wire.drop else reply.status
        world.calls.add(name, request.verb, request.target, status, account, fault.kind if fault.id or
                        fault is not _FAULTLESS else None)
        return reply

    def _account(self, request: Request) -> str | None:
        """Whose token came with it; an access token, or one in the form of an OAuth endpoint."""
        token = request.headers.get("authorization", "").partition(" ")[2].strip()
        grant = self.world.grants.by_access(token) if token else None
        if grant is None and request.path in ("/token", "/revoke"):
            grant = self._grant_of_form(request)
        return grant.account if grant else None

    def _grant_of_form(self, request: Request) -> Grant | None:
        form = parse_qs(request.body.decode("utf-8", "replace"))
        try:
            return self.world.grants.by_refresh(form.get("refresh_token", form.get("token", [""]))[0])
        except OAuthError:
            return None

    async def _with_fault(self, fault: Fault, name: str, request: Request, run: Callable[[], Reply]) -> Reply:
        kind, when = fault.kind, fault.get("when", "before")
        if kind == "error":
            return _refused(fault.error(name))
        if kind == "html":
            page = b"<!doctype html><title>Error</title><p>The server encountered a temporary error."
            return Reply(fault.get("status", 502), page, {"Content-Type": "text/html; charset=UTF-8"})
        if kind == "drop" and when == "before":
            return Reply(0, wire=Wire(drop=True))
        if kind in ("revoke", "expireAccess"):
            return self._end_access(kind, name, request)
        if kind == "delay" and when == "before":
            await asyncio.sleep(fault.get("seconds", 1))
        reply = run()
        if kind == "duplicate" and fault.get("what", "effect") == "effect":
            reply = run()
        if kind == "delay" and when == "after":
            await asyncio.sleep(fault.get("seconds", 1))
        if kind == "drop":
            reply.wire.drop = True
        elif kind == "truncate":
            reply.wire.truncate = fault.get("bytes", len(reply.body) // 2)
        elif kind == "slow":
            reply.wire.slow = (fault.get("seconds", 1), fault.get("slices", 10))
        elif kind == "duplicate" and fault.get("what") == "answer":
            reply.wire.twice = True
        return reply

    def _end_access(self, kind: str, name: str, request: Request) -> Reply:
        grants = self.world.grants
        token = request.headers.get("authorization", "").partition(" ")[2].strip()
        grant = grants.by_access(token) or self._grant_of_form(request)
        if kind == "revoke" and grant is not None:
            grants.end(grant)
        elif kind == "expireAccess":
            grants.expire_access(token=token)
        if name == "oauth.token":
            return _refused(OAuthError("invalid_grant", "Token has been expired or revoked."))
        return _refused(known("authError"))

    def _method(self, found: tuple[Method, dict[str, str]] | None, request: Request, fault: Fault) -> Reply:
        """A method of the Calendar API."""
        try:
            if found is None:
                raise known("notFound")
            method, path = found
            query = parameters.read(request.query, method.parameters, method.required)
            grant = self.world.grants.caller(request.headers, query.get("access_token") or query.get("oauth_token"))
            if not {methods.SCOPE + scope for scope in method.scopes} & set(grant.scopes):
                raise known("insufficientPermissions", "Request had insufficient authentication scopes.")
            self._check_quota(grant)
            body = _body(request)
            call = Call(self.world.store, self.world.channels, self.world.store.account(grant.account), method.name,
                        path, query, body, request.headers, grant.client_id, self.world.base_url)
            if fault.kind == "emptyPage" and method.name == "events.list":
                answer = EventList(call, call.calendar()).empty_page()
            else:
                answer = method.handler(call)
            return self._reply(request, query, answer, fault)
        except ApiError as problem:
            return _refused(problem)
        except Exception:  # a mistake of the stand-in: said, and answered as a server would
            traceback.print_exc()
            return _refused(known("internalError"))

    def _check_quota(self, grant: Grant) -> None:
        settings, calls = self.world.settings, self.world.calls
        headers = {"Retry-After": "30"} if settings.quotaStatus == 429 else {}
        if settings.perUserPerMinute is not None and calls.over_quota(grant.account, settings.perUserPerMinute):
            reason = "rateLimitExceeded" if settings.quotaStatus == 429 else "userRateLimitExceeded"
            raise known(reason, status=settings.quotaStatus, headers=headers)
        if settings.perProjectPerMinute is not None and calls.over_quota("", settings.perProjectPerMinute):
            raise known("rateLimitExceeded", status=settings.quotaStatus, headers=headers)

    def _reply(self, request: Request, query: dict[str, Any], answer: Answer, fault: Fault) -> Reply:
        headers = {**_PRIVATE, **answer.headers}
        if answer.etag:
            headers["ETag"] = answer.etag
            wanted = request.headers.get("if-none-match", "")
            if request.verb == "GET" and answer.etag in [one.strip() for one in wanted.split(",")]:
                return Reply(304, headers=headers)
        content = answer.content
        if content is None:
            return Reply(answer.status, headers=headers)
        if "fields" in query or fault.get("what") == "items":
            value = json.loads(content) if isinstance(content, bytes) else content
            if fault.get("what") == "items" and isinstance(value.get("items"), list):
                value = {**value, "items": value["items"] * 2}
            content = partial.select(value, partial.parse(query["fields"])) if "fields" in query else value
        body = content if isinstance(content, bytes) else as_bytes(content)
        if self.world.settings.gzip and "gzip" in request.headers.get("accept-encoding", ""):
            body = gzip.compress(body, 1)
            headers["Content-Encoding"] = "gzip"
        return Reply(answer.status, body, {**_JSON, **headers})

    def _oauth(self, name: str, request: Request) -> Reply:
        oauth = self.world.oauth
        body = request.body.decode("utf-8", "replace")
        try:
            if name == "oauth.auth":
                page = oauth.authorise(request.query) if request.verb == "GET" else oauth.decide(body)
            elif name == "oauth.token":
                page = oauth.token(body, request.headers)
            elif name == "oauth.revoke":
                page = oauth.revoke(request.query, body)
            elif name == "oauth.userinfo":
                page = oauth.userinfo(request.headers, request.query, "/v2/" in request.path)
            elif name == "oauth.tokeninfo":
                page = oauth.tokeninfo(request.query, body, request.headers)
            elif name == "oauth.certs":
                page = Page(200, id_token.key_set())
            else:
                page = oauth.discovery()
        except (ApiError, OAuthError) as problem:
            return _refused(problem)
        if page.location:
            return Reply(page.status, headers={"Location": page.location, **page.headers})
        if isinstance(page.body, str):
            return Reply(page.status, page.body.encode(), {"Content-Type": "text/html; charset=UTF-8", **page.headers})
        return Reply(page.status, as_bytes(page.body), {**_JSON, **page.headers})


def _body(request: Request) -> dict[str, Any]:
    """The JSON object that came; {} for none."""
    if not request.body:
        return {}
    if not request.headers.get("content-type", "application/json").startswith("application/json"):
        raise ApiError(400, "parseError", "This API does not support parsing form-encoded input.")
    try:
        value = json.loads(request.body)
    except (ValueError, UnicodeDecodeError):
        raise ApiError(400, "parseError", "Parse Error") from None
    if not isinstance(value, dict):
        raise ApiError(400, "parseError", "Parse Error")
    shapes.check(value)
    return value


def _refused(problem: ApiError | OAuthError) -> Reply:
    headers = problem.headers if isinstance(problem, ApiError) else {}
    return Reply(problem.status, as_bytes(problem.body()), {**_JSON, **headers})
