"""How the runner of ./dev test reads what other runners report."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "testing"))

import report  # noqa: E402
import results  # noqa: E402
import suites  # noqa: E402


def test_googletest_report_gives_outcomes_and_reasons(tmp_path):
    path = tmp_path / "report.xml"
    path.write_text("""<testsuites><testsuite name="Zone">
      <testcase name="Works" classname="Zone" status="run" result="completed" time="0.5"/>
      <testcase name="Filtered" classname="Zone" status="notrun" result="suppressed"/>
      <testcase name="Fails" classname="Zone" status="run" result="completed">
        <failure message="expected 1"/><failure message="expected 2"/></testcase>
      <testcase name="Skips" classname="Zone" status="run" result="skipped">
        <skipped message="tests/zone_test.cpp:9&#x0A;no tz database"/></testcase>
    </testsuite></testsuites>""")
    assert results.read_googletest(path) == [
        results.Case("Zone.Works", results.PASSED, "", 0.5),
        results.Case("Zone.Fails", results.FAILED, "expected 1\nexpected 2"),
        results.Case("Zone.Skips", results.SKIPPED, "no tz database"),
    ]


def test_crash_counts_as_the_failure_of_the_test_that_ran(tmp_path):
    suite = suites.Suite("unit_zone", "gtest", tmp_path / "unit_zone", True)
    log = tmp_path / "log"
    log.write_text("[ RUN      ] Zone.Works\n[       OK ] Zone.Works (0 ms)\n[ RUN      ] Zone.Crashes\n")
    cases = suites.read(suite, tmp_path / "none.xml", log, -11, False)
    assert [(case.name, case.outcome) for case in cases] == [
        ("Zone.Works", results.PASSED), ("Zone.Crashes", results.FAILED)]
    assert "SIGSEGV" in cases[1].detail


def test_bad_end_after_good_tests_is_a_failure(tmp_path):
    suite = suites.Suite("unit_zone", "gtest", tmp_path / "unit_zone", True)
    report_file, log = tmp_path / "report.xml", tmp_path / "log"
    report_file.write_text('<testsuites><testcase name="Works" classname="Zone" status="run"/></testsuites>')
    log.write_text("LeakSanitizer: detected memory leaks\n")
    cases = suites.read(suite, report_file, log, 1, False)
    assert [case.outcome for case in cases] == [results.PASSED, results.FAILED]
    assert "LeakSanitizer" in cases[1].detail


def test_node_file_that_fails_to_load_counts_once():
    text = '{"name":"e2e/page.test.mjs","group":true,"outcome":"failed","detail":"SyntaxError"}\n'
    assert results.read_node_events(text) == [
        results.Case("e2e/page.test.mjs", results.FAILED, "SyntaxError")]


def test_node_group_does_not_count_beside_its_tests():
    text = ('{"name":"signs in","group":false,"outcome":"failed","detail":"no button","seconds":1}\n'
            '{"name":"Page","group":true,"outcome":"failed","detail":"1 subtest","seconds":1}\n'
            '{"name":"e2e/page.test.mjs","group":true,"outcome":"failed","detail":"1 test","seconds":1}\n')
    assert results.read_node_events(text) == [results.Case("signs in", results.FAILED, "no button", 1)]


def test_summary_closes_with_the_counts_and_fails_without_tests(capsys):
    assert report.summary([], "nothing") == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 0 failed, 0 skipped"
    suite = suites.Suite("web", "web", None, True)
    cases = [results.Case("a", results.PASSED), results.Case("b", results.SKIPPED, "no browser")]
    assert report.summary([suites.Outcome(suite, cases, 1.0, None)], "") == 0
    said = capsys.readouterr().out
    assert "no browser" in said
    assert said.splitlines()[-1] == "1 passed, 0 failed, 1 skipped"
