"""A page of a new snapshot is answered before it is asked for, and of one snapshot."""

import asyncio
import contextlib
from pathlib import Path

from orchestration.serving.asking import Asking
from orchestration.serving.errors import QueryError
from orchestration.serving.page import routes
from orchestration.serving.page.choice import PERIODS, Choice
from orchestration.serving.page.routes import PageResponder
from orchestration.serving.page.warming import Warming
from orchestration.warehouse.snapshots import Snapshot


class Counted(Asking):
    """Answers with the snapshot that is read when the answer is ready, and counts."""

    def __init__(self):
        super().__init__(1000)
        self.id, self.asked, self.may_answer = "first", [], asyncio.Event()
        self.error = None

    async def snapshot(self):
        return Snapshot(Path(self.id))

    async def _asked(self, sql, params):
        self.asked.append(sql)
        await self.may_answer.wait()
        if self.error:
            raise self.error
        return b'{"of": "%s"}' % self.id.encode()


def test_what_several_want_to_know_is_asked_once():
    async def story():
        asking = Counted()
        tasks = [asyncio.create_task(asking.rows("select 1")) for _ in range(3)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        asking.may_answer.set()
        assert await tasks[1] == await tasks[2] == [{"of": "first"}]
        assert await asking.rows("select 1") == [{"of": "first"}]
        assert asking.asked == ["select 1"]

    asyncio.run(story())


def test_all_who_asked_get_an_error_and_nobody_later():
    async def story():
        asking = Counted()
        asking.error = QueryError(241, "no memory")
        asking.may_answer.set()
        answers = await asyncio.gather(
            *(asking.rows("select 1") for _ in range(2)), return_exceptions=True
        )
        assert [type(error) for error in answers] == [QueryError, QueryError]
        asking.error = None
        assert await asking.rows("select 1") == [{"of": "first"}]

    asyncio.run(story())


def test_each_snapshot_is_asked_ahead_what_was_looked_at_first():
    async def story():
        now, shown = ["first"], []

        async def snapshot_id():
            return now[0]

        async def show(choice):
            shown.append((now[0], choice.url()))

        warming = Warming(snapshot_id, show)
        task = asyncio.create_task(warming.run())
        await asyncio.sleep(0.1)
        assert shown[0] == ("first", Choice().url())
        assert {url for _, url in shown} == {f"/?days={period}" for period in PERIODS}
        looked_at = Choice.of_url({"days": "90", "model": "model-1", "offset": "25"})
        warming.remember(looked_at)
        shown.clear()
        now[0] = "second"
        while len(shown) < 3:
            await asyncio.sleep(0.05)
        assert [url for _, url in shown[:2]] == [Choice().url(), looked_at.url()]
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(asyncio.wait_for(story(), 20))


def test_a_page_is_of_one_snapshot(monkeypatch):
    """A build that ends while a page is asked for: it is asked again, not half of each."""

    async def story():
        asking = Counted()
        asking.may_answer.set()

        async def page(ask, choice, *, snapshot):
            first = await ask("select 1", {})
            if snapshot == "first":
                asking.id = "second"
            return f"{snapshot}: {first[0]['of']} {(await ask('select 2', {}))[0]['of']}"

        monkeypatch.setattr(routes, "page", page)
        responder = PageResponder(asking, None)
        monkeypatch.setattr(responder, "_refused", lambda http: None)
        request = routes.HttpRequest(
            {"type": "http", "method": "GET", "headers": [], "query_string": b"", "path": "/"}
        )
        answer = await responder.page(request)
        assert answer.body == b"second: second second"

    asyncio.run(story())
