"""How the stand-in behaves where Google leaves a choice or a test needs one."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any


@dataclass
class Settings:
    """Field names are those of the control interface; README.md says what each does."""

    autoConsent: bool = False
    accessTokenSeconds: float = 3599
    refreshTokenDays: float | None = None
    rotateRefreshTokens: bool = False
    syncTokenDays: float = 30
    updatedMinDays: float = 28
    perUserPerMinute: int | None = None
    perProjectPerMinute: int | None = None
    quotaStatus: int = 403
    notifications: bool = True
    notificationDrop: float = 0
    notificationDuplicate: float = 0
    notificationDelaySeconds: float = 0
    freeBusyMaxDays: float = 90
    gzip: bool = False

    def change(self, wanted: dict[str, Any]) -> None:
        """Takes the values over; ValueError when a name or a type is wrong, and then none."""
        declared = {field.name: str(field.type) for field in fields(self)}
        for name, value in wanted.items():
            kind = declared.get(name)
            if kind is None:
                raise ValueError(f"there is no setting '{name}'")
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            right = isinstance(value, bool) if kind == "bool" else number or (value is None and "None" in kind)
            if not right:
                raise ValueError(f"the setting '{name}' is a {kind}")
        for name, value in wanted.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}
