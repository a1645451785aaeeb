"""Lists of small things (calendars of a person, acl rules, settings): pages and sync tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from standin import sync_tokens
from standin.call import Answer, Call
from standin.errors import ApiError, invalid


def small_list(call: Call, kind: str, what: str, whose: str, upto: int,
               of: Callable[[int | None], list[tuple[int, Any]]],
               forbidden: tuple[str, ...] = ()) -> Answer:
    """A page of what `of(since)` gives: pairs of a change number and a resource, in order; `since` is
    that of the sync token, None for a full list. `forbidden` parameters go with no sync token."""
    query = call.query
    tokens = sync_tokens.SyncTokens(call.store, what, whose, call.account.email)
    since = None
    if "syncToken" in query:
        if any(name in query for name in forbidden) or any(
                query.get(name) is False for name in ("showDeleted", "showHidden")):
            raise ApiError(400, "syncTokenWithRequestRestrictions",
                           "Sync token cannot be used with other request restrictions.", domain="calendar",
                           location_type="parameter", location="syncToken")
        since, _ = tokens.take(query["syncToken"])
    mark = sync_tokens.fingerprint(what, whose, since, {name: query[name] for name in query
                                                        if name not in ("pageToken", "maxResults", "fields")})
    last = 0
    if "pageToken" in query:
        token = sync_tokens.decode(query["pageToken"], "pageToken")
        if token.get("f") != mark:
            raise invalid("Invalid page token value.", "pageToken")
        upto, last = token["u"], token["k"]
    found = [pair for pair in of(since) if pair[0] > last]
    size = min(query.get("maxResults", 100), 250)
    head: dict[str, Any] = {"kind": kind, "etag": f'"p{upto:x}{call.store.generation:x}l"'}
    if len(found) > size:
        head["nextPageToken"] = sync_tokens.encode({"t": "pageToken", "f": mark, "u": upto, "k": found[size - 1][0]})
    else:
        head["nextSyncToken"] = tokens.give(upto, {})
    head["items"] = [resource for _, resource in found[:size]]
    return Answer(content=head, etag=head["etag"])
