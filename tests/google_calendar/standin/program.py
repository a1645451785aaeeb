"""The command line: starts the stand-in and keeps it until it is told to end."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys

from standin import filling, times
from standin.api import Api
from standin.control import PREFIX, Control
from standin.messages import Reply, Request
from standin.server import Server
from standin.world import Beginning, World


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="google_calendar", description="A stand-in for Google Calendar, on loopback.")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--account", action="append", help="e-mail of an account (again for more)")
    parser.add_argument("--client-id", default="stand-in.apps.googleusercontent.com")
    parser.add_argument("--client-secret", default="stand-in-secret")
    parser.add_argument("--redirect-uri", action="append", default=[], help="default: any loopback address")
    parser.add_argument("--time-zone", default="UTC", help="of the accounts")
    parser.add_argument("--events", type=int, default=0, help="fills the first account's calendar")
    parser.add_argument("--auto-consent", action="store_true", help="no consent page")
    parser.add_argument("--gzip", action="store_true", help="compresses answers for those who accept it")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if times.zone(options.time_zone) is None:
        parser.error(f"there is no time zone '{options.time_zone}'")
    return options


async def _run(options: argparse.Namespace) -> int:
    accounts = [one.lower() for one in options.account or ["alex@example.com"]]
    world = World(Beginning(accounts, options.client_id, options.client_secret, options.time_zone,
                            options.auto_consent, options.seed, options.gzip, options.redirect_uri))
    api, control = Api(world), Control(world)

    async def handle(request: Request) -> Reply:
        if request.path.startswith(PREFIX + "/"):
            return await control.handle(request)
        return await api.handle(request)

    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    server = Server(handle)
    try:
        port = await server.start(options.port)
    except OSError as problem:
        print(f"cannot listen on 127.0.0.1:{options.port}: {problem.strerror}", file=sys.stderr)
        return 1
    world.base_url = world.oauth.base_url = f"http://127.0.0.1:{port}"
    if options.events:
        calendar = world.store.calendars[accounts[0]]
        filling.fill(control.writer(calendar), {"count": options.events, "recurring": 0.1, "allDay": 0.1,
                                                "seed": options.seed})
    base = world.base_url
    print(json.dumps({
        "ready": True, "port": port, "pid": os.getpid(), "url": base, "apiUrl": f"{base}/calendar/v3",
        "authUrl": f"{base}/o/oauth2/v2/auth", "tokenUrl": f"{base}/token", "revokeUrl": f"{base}/revoke",
        "userinfoUrl": f"{base}/v1/userinfo", "controlUrl": f"{base}{PREFIX}", "clientId": options.client_id,
        "clientSecret": options.client_secret, "accounts": accounts}), flush=True)
    await ended.wait()
    world.channels.close_all()
    await server.stop()
    return 0


def main() -> int:
    return asyncio.run(_run(_arguments()))
