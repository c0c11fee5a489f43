"""Loads of one command that follow each other, as one report."""

from orchestration.loading import FileReport, LoadReport


def test_a_file_is_reported_as_it_was_loaded_first():
    earlier = LoadReport([FileReport("a", "loaded", loaded_rows=3)], seconds=2.0)
    now = LoadReport(
        [FileReport("a", "unchanged"), FileReport("b", "loaded", loaded_rows=4)], 1, 0.5
    )
    report = now.with_earlier([earlier])
    assert [(file.path, file.status) for file in report.files] == [("a", "loaded"), ("b", "loaded")]
    assert (report.loaded_rows, report.passed_over, report.seconds) == (7, 1, 2.5)
    assert now.with_earlier([]) == now
