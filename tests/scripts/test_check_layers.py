"""The check of the layers, on small trees made for it."""

import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import check_layers  # noqa: E402

RIGHT = [
    ("calendar/event.h", '"base/zone.h"'),
    ("calendar/event.h", '"jobs/change_log.h"'),
    ("sync/engine.cpp", '"goals/goal.h"'),
    ("adapters/sql/store.h", '"calendar/event_store.h"'),
    ("adapters/sql/store.h", "<sqlite3.h>"),
    ("adapters/google/calls.cpp", '"adapters/http/client.h"'),
    ("app/main.cpp", '"adapters/sql/store.h"'),
    ("base/zone.cpp", "<cctz/time_zone.h>"),
    ("obs/exposition.cpp", "<zlib.h>"),
    ("calendar/event.h", "<sys/types.h>"),
    ("calendar/event.h", "<string_view>"),
]
WRONG = [
    ("base/zone.h", '"calendar/event.h"', "stands above"),
    ("goals/goal.h", '"habits/habit.h"', "siblings"),
    ("sync/engine.cpp", '"webhooks/sender.h"', "siblings"),
    ("api/routes.cpp", '"adapters/sql/store.h"', "stands above"),
    ("adapters/sql/store.h", '"adapters/http/server.h"', "do not know each other"),
    ("adapters/kafka/bus.h", '"adapters/redis/cache.h"', "do not know each other"),
    ("adapters/sql/store.h", '"app/main.h"', "stands above"),
    ("base/json.h", "<boost/json.hpp>", "third-party"),
    ("calendar/event.cpp", "<openssl/evp.h>", "third-party"),
    ("obs/clock.cpp", "<cctz/time_zone.h>", "cctz"),
    ("calendar/event.h", '"event_key.h"', "below src/"),
]


def tree(folder, path, header):
    file = folder / path
    file.parent.mkdir(parents=True)
    file.write_text(f"#pragma once\n#include {header}\n")
    return folder


@pytest.mark.parametrize("path, header", RIGHT)
def test_arrow_that_points_down_passes(tmp_path, path, header):
    assert check_layers.check(tree(tmp_path, path, header)) == []


@pytest.mark.parametrize("path, header, reason", WRONG)
def test_wrong_arrow_is_named_with_its_line(tmp_path, path, header, reason):
    found = check_layers.check(tree(tmp_path, path, header))
    assert len(found) == 1
    assert found[0].startswith(f"src/{path}:2: ")
    assert reason in found[0]


def test_folder_that_is_no_layer_is_named(tmp_path):
    found = check_layers.check(tree(tmp_path, "helpers/strings.h", "<string>"))
    assert len(found) == 1 and "is no layer" in found[0]
