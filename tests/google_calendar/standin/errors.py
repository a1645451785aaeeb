"""Refusals in the form of Google's APIs, and what is known of each reason."""

from __future__ import annotations

import json
from typing import Any

# reason: status, domain, message, kind and name of the place that is wrong. From "Handle API errors"
# of the Calendar API and the common errors of Google's JSON APIs.
REASONS: dict[str, tuple[int, str, str, str | None, str | None]] = {
    "authError": (401, "global", "Invalid Credentials", "header", "Authorization"),
    "required": (401, "global", "Login Required", "header", "Authorization"),
    "rateLimitExceeded": (403, "usageLimits", "Rate Limit Exceeded", None, None),
    "userRateLimitExceeded": (403, "usageLimits", "User Rate Limit Exceeded", None, None),
    "quotaExceeded": (403, "usageLimits", "Calendar usage limits exceeded.", None, None),
    "dailyLimitExceeded": (403, "usageLimits", "Daily Limit Exceeded", None, None),
    "accessNotConfigured": (403, "usageLimits", "Access Not Configured", None, None),
    "forbidden": (403, "global", "Forbidden", None, None),
    "insufficientPermissions": (403, "global", "Insufficient Permission", None, None),
    "requiredAccessLevel": (403, "calendar", "You need to have writer access to this calendar.", None, None),
    "forbiddenForNonOrganizer": (
        403, "calendar", "Shared properties can only be changed by the organizer of the event.", None, None),
    "notFound": (404, "global", "Not Found", None, None),
    "duplicate": (409, "global", "The requested identifier already exists.", None, None),
    "deleted": (410, "global", "Resource has been deleted", None, None),
    "fullSyncRequired": (
        410, "calendar", "Sync token is no longer valid, a full sync is required.", "parameter", "syncToken"),
    "updatedMinTooLongAgo": (
        410, "calendar", "The requested minimum modification time lies too far in the past.",
        "parameter", "updatedMin"),
    "conditionNotMet": (412, "global", "Precondition Failed", "header", "If-Match"),
    "backendError": (500, "global", "Backend Error", None, None),
    "internalError": (500, "global", "Internal Error", None, None),
}


class ApiError(Exception):
    """A call that is refused. `headers` go with the answer."""

    def __init__(self, status: int, reason: str, message: str, *, domain: str = "global",
                 location_type: str | None = None, location: str | None = None,
                 headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.domain = domain
        self.location_type = location_type
        self.location = location
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        """The JSON that Google sends with such a refusal."""
        detail = {"domain": self.domain, "reason": self.reason, "message": self.message}
        if self.location_type and self.location:
            detail["locationType"] = self.location_type
            detail["location"] = self.location
        return {"error": {"errors": [detail], "code": self.status, "message": self.message}}


class OAuthError(Exception):
    """A refusal of an OAuth endpoint, in the form of RFC 6749, section 5.2."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status

    def body(self) -> dict[str, Any]:
        return {"error": self.error, "error_description": self.description}


def known(reason: str, message: str = "", status: int = 0, **more: Any) -> ApiError:
    """The refusal of a reason in REASONS; KeyError for another."""
    usual, domain, words, location_type, location = REASONS[reason]
    headers = {}
    status = status or usual
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
    return ApiError(status, reason, message or words, domain=domain, location_type=location_type,
                    location=location, headers={**headers, **more.pop("headers", {})}, **more)


def invalid(message: str = "Invalid Value", location: str | None = None, reason: str = "invalid",
            domain: str = "global") -> ApiError:
    """400 for a value; `location` names the parameter, when it is one."""
    return ApiError(400, reason, message, domain=domain, location=location,
                    location_type="parameter" if location else None)


def missing(message: str) -> ApiError:
    """400 for something that has to be there."""
    return ApiError(400, "required", message)


def as_bytes(value: Any) -> bytes:
    """JSON as it goes over the wire."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
