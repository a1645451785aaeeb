"""The half year of a made-up person that `./dev run` shows."""

import subprocess


def example(binary, program, *arguments):
    return subprocess.run(
        [str(binary), "example", "--data-dir", str(program.data), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_an_example_fills_an_empty_account_once(binary, program, callers):
    written = example(binary, program)
    assert written.returncode == 0, written.stderr
    assert "half a year" in written.stdout
    owner = callers.user("owner")
    habits = owner.get("/habits").json()["items"]
    assert len(habits) == 8
    assert any(habit["progress"]["currentStreak"] > 0 for habit in habits)
    goals = {goal["title"]: goal for goal in owner.get("/goals").json()["items"]}
    assert goals["Learn to bake sourdough bread"]["status"] == "completed"
    assert goals["Run 600 kilometres"]["metrics"]["completion"] > 100
    assert goals["Turn the box room into a study"]["tasks"] == {"total": 4, "done": 3}
    tasks = owner.get("/tasks", params={"status": "open", "sort": "deadline"}).json()["items"]
    blocked = {task["title"] for task in tasks if task["blocked"]}
    assert blocked == {"Switch over and tell everybody"}
    late = owner.get("/tasks", params={"status": "overdue"}).json()["items"]
    assert [task["title"] for task in late] == ["Ring the insurance about the water damage"]
    rent = [task for task in tasks if task["title"] == "Transfer the rent"]
    assert len(rent) == 1
    assert rent[0]["occurrence"] >= 6
    overdue = owner.get("/goals", params={"status": "overdue"}).json()["items"]
    assert [goal["title"] for goal in overdue] == ["Clear out the cellar"]
    assert owner.get("/events").json()["items"]

    again = example(binary, program)
    assert again.returncode != 0
    assert "already" in again.stderr
    assert len(owner.get("/habits").json()["items"]) == 8
