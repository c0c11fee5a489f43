"""Loads of one command that follow each other, as one report."""

from orchestration.loading import FileReport, LoadReport


def test_a_file_that_is_unchanged_since_is_reported_as_it_was_loaded():
    earlier = LoadReport([FileReport("a", "loaded", loaded_rows=3)], seconds=2.0)
    now = LoadReport(
        [FileReport("a", "unchanged"), FileReport("b", "loaded", loaded_rows=4)], 1, 0.5
    )
    report = now.with_earlier([earlier])
    assert [(file.path, file.status) for file in report.files] == [("a", "loaded"), ("b", "loaded")]
    assert (report.loaded_rows, report.passed_over, report.seconds) == (7, 1, 2.5)
    assert now.with_earlier([]) == now


def test_a_file_that_failed_at_first_has_not_failed():
    earlier = LoadReport([FileReport("a", "failed", message="a cannot be read")])
    report = LoadReport([FileReport("a", "loaded", loaded_rows=3)]).with_earlier([earlier])
    assert [file.status for file in report.files] == ["loaded"]
    assert report.exit_code == 0
