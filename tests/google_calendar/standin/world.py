"""Everything that a running stand-in consists of, and its beginning anew."""

from __future__ import annotations

from dataclasses import dataclass, field

from standin.call_log import CallLog
from standin.channels import Channels
from standin.clock import Clock
from standin.faults import Faults
from standin.grants import Client, Grants
from standin.oauth import OAuth
from standin.settings import Settings
from standin.store import Store


@dataclass
class Beginning:
    """What the command line says."""

    accounts: list[str]
    client_id: str
    client_secret: str
    time_zone: str
    auto_consent: bool
    seed: int
    gzip: bool = False
    redirect_uris: list[str] = field(default_factory=list)


class World:
    def __init__(self, beginning: Beginning) -> None:
        self.beginning = beginning
        self.base_url = ""
        self.generation = 0
        self.channels = Channels(Clock().now, Settings(), beginning.seed)
        self.reset()

    def reset(self) -> None:
        """As at the start. Tokens, channels and sync tokens given before are worth nothing."""
        begin = self.beginning
        self.channels.close_all()
        self.generation += 1
        self.clock = Clock()
        self.settings = Settings(autoConsent=begin.auto_consent, gzip=begin.gzip)
        self.store = Store(self.clock, self.settings, begin.seed, self.generation)
        self.grants = Grants(self.clock, self.settings)
        self.grants.clients[begin.client_id] = Client(begin.client_id, begin.client_secret, list(begin.redirect_uris))
        self.oauth = OAuth(self.store, self.grants, self.base_url)
        self.channels = Channels(self.clock.now, self.settings, begin.seed)
        self.faults = Faults()
        self.calls = CallLog()
        for email in begin.accounts:
            name = email.partition("@")[0].replace(".", " ").title()
            self.store.add_account(email, name, begin.time_zone)
