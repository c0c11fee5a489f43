"""Delivery as an asset: it never fails a build, and its check shows what did not arrive."""

import dagster as dg

from orchestration.defs.delivery import deliveries, regular_delivery


def run():
    done = dg.materialize([deliveries])
    assert done.success
    ((check,), (made,)) = (
        done.get_asset_check_evaluations(),
        done.asset_materializations_for_node("delivery__messages"),
    )
    problems = check.metadata["problems"].value if check.metadata else ""
    return check.passed, problems, made.metadata


def test_nothing_configured_passes(story):
    story.rules({"channel": "slack"})
    story.notices({})
    passed, _, metadata = run()
    assert passed
    assert metadata["channels"].value == "none is configured"


def test_what_does_not_arrive_fails_the_check_and_not_the_run(story, http):
    server = http(404)
    story.rules({"channel": "slack"})
    story.notices()
    story.configure(SLACK_WEBHOOK_URL=server.url)
    assert run()[0]
    story.notices({"seen_at": "2200-01-01 00:00:00.000"})
    passed, problems, metadata = run()
    assert not passed
    assert "localhost answered 404" in problems
    assert "1 failed" in metadata["slack"].value
    # Later runs say so until it has arrived.
    assert not run()[0]


def test_a_wrong_setting_fails_the_check_and_not_the_run(story):
    story.rules({"channel": "webhook"})
    story.notices()
    story.configure(WEBHOOK_URL="https://example.com/")
    passed, problems, _ = run()
    assert not passed
    assert "TOKENHOUSE_WEBHOOK_SECRET" in problems


def test_the_schedule_waits_for_a_channel(story, tmp_path):
    (tmp_path / "home").mkdir(exist_ok=True)

    def requests():
        with dg.DagsterInstance.ephemeral() as instance:
            context = dg.build_schedule_context(instance=instance)
            return regular_delivery.evaluate_tick(context).run_requests

    assert not requests()
    story.configure(EMAIL_TO_REPORT="boss@example.com")
    assert len(requests()) == 1
