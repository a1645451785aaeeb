"""The method `acl`: who may see and do what in a calendar."""

from __future__ import annotations

from typing import Any

from standin.call import Answer, Call, merged
from standin.errors import ApiError, invalid, known, missing
from standin.lists import small_list
from standin.store import ROLES, Calendar, Rule

_SCOPES = ("default", "user", "group", "domain")


def resource(rule: Rule) -> dict[str, Any]:
    return {"kind": "calendar#aclRule", "etag": rule.etag, "id": rule.id, "scope": rule.scope, "role": rule.role}


def _rule(call: Call, role: str) -> tuple[Calendar, Rule]:
    calendar = call.calendar(role)
    rule = calendar.rules.get(call.path["ruleId"])
    if rule is None or rule.role == "none":
        raise known("notFound")
    return calendar, rule


def get(call: Call) -> Answer:
    _, rule = _rule(call, "writer")
    return Answer(content=resource(rule), etag=rule.etag)


def _role(body: dict[str, Any]) -> str:
    role = body.get("role")
    if not role:
        raise missing("Missing role.")
    if role not in ROLES:
        raise invalid("Invalid value for: role")
    return str(role)


def insert(call: Call) -> Answer:
    calendar = call.calendar("owner")
    role = _role(call.body)
    scope = call.body.get("scope")
    if not isinstance(scope, dict) or scope.get("type") not in _SCOPES:
        raise invalid("Invalid scope value.")
    value = str(scope.get("value") or "")
    if scope["type"] != "default" and not value:
        raise invalid("Invalid scope value.")
    return _set(call, calendar, scope["type"], value.lower(), role)


def _set(call: Call, calendar: Calendar, kind: str, value: str, role: str) -> Answer:
    if kind == "user" and value == calendar.owner and role != "owner":
        raise ApiError(403, "cannotChangeOwnAcl", "Cannot change your own access level.", domain="calendar")
    rule = call.store.set_rule(calendar, kind, value, role)
    for account in call.store.accounts.values():
        meant = kind == "default" or value == (account.domain if kind == "domain" else account.email)
        if meant and account.email != calendar.owner:
            call.store.end_sync_tokens(f"events/{account.email}", calendar.id)
    call.channels.changed("acl", calendar.id)
    return Answer(content=resource(rule), etag=rule.etag)


def update(call: Call) -> Answer:
    calendar, rule = _rule(call, "owner")
    call.check_match(rule.etag)
    return _set(call, calendar, rule.scope["type"], rule.scope.get("value", ""), _role(call.body))


def patch(call: Call) -> Answer:
    calendar, rule = _rule(call, "owner")
    call.check_match(rule.etag)
    role = _role(merged({"role": rule.role}, call.body))
    return _set(call, calendar, rule.scope["type"], rule.scope.get("value", ""), role)


def delete(call: Call) -> Answer:
    calendar, rule = _rule(call, "owner")
    call.check_match(rule.etag)
    _set(call, calendar, rule.scope["type"], rule.scope.get("value", ""), "none")
    return Answer(204)


def list_rules(call: Call) -> Answer:
    calendar = call.calendar("writer")

    def of(since: int | None) -> list[tuple[int, Any]]:
        shown = call.query.get("showDeleted") or since is not None
        rules = sorted(calendar.rules.values(), key=lambda rule: rule.change)
        return [(rule.change, resource(rule)) for rule in rules
                if rule.change > (since or 0) and (rule.role != "none" or shown)]

    return small_list(call, "calendar#acl", "acl", calendar.id, calendar.rule_sequence, of)
