"""How many people are active, as the metrics tell it."""

from program import wait_until


def active(callers, window):
    """The gauge of that window, or None while it has no value."""
    label = f'scheduling_active_users{{window="{window}"}} '
    for line in callers.operations().get("/metrics").text.splitlines():
        if line.startswith(label):
            return float(line.removeprefix(label))
    return None


def wait_for(callers, expected):
    wanted = dict.fromkeys(("1d", "7d", "30d"), expected)
    wait_until(lambda: {window: active(callers, window) for window in wanted} == wanted, 20,
               f"the gauges are {expected}")


def test_people_of_one_copy_are_counted_after_a_restart(start_program, callers_of):
    first = start_program()
    wait_for(callers_of(first), 0)
    for name in ("ann", "bob", "ann"):
        assert callers_of(first).user(name).get("/settings").status_code == 200
    assert callers_of(first).stranger().get("/settings").status_code == 401
    assert first.stop() == 0
    wait_for(callers_of(start_program(folder=first.folder)), 2)


def test_copies_on_one_database_tell_the_same_number(start_program, callers_of, postgres):
    url = postgres.new_database()
    here, there = start_program(DATABASE_URL=url), start_program(DATABASE_URL=url)
    # One person by way of both copies is one person.
    for program, name in ((here, "ann"), (there, "ann"), (there, "bob"), (here, "cleo")):
        assert callers_of(program).user(name).get("/calendars").status_code == 200
    assert here.stop() == 0
    assert there.stop() == 0
    for program in (start_program(DATABASE_URL=url), start_program(DATABASE_URL=url)):
        wait_for(callers_of(program), 3)
