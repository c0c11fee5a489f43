"""Claude Code sessions whose calls stand in several logs: for each what belongs to which run.

Every function writes sessions and returns, by run, the cache reads of the calls that are its own:
each call reads a number of its own, so the numbers name the calls.
"""

from pathlib import Path

from sources.claude_sessions import Session, usage

__all__ = ["SCENARIOS"]

Owned = dict[str, list[int]]


def branch(early: Path, late: Path) -> Owned:
    """Repeat the history in a branch; the session that it left goes on, and ends later."""
    trunk, limb = Session(late, "trunk"), Session(early, "limb", 30)
    history = [
        trunk.prompt(),
        trunk.answer("m-br-1", usage(101)),
        trunk.answer("m-br-2", usage(102)),
    ]
    limb.copy(history, trunk)
    limb.wait(10)
    limb.prompt("Another way")
    limb.answer("m-br-3", usage(103))
    trunk.wait(60)
    trunk.answer("m-br-4", usage(104))
    for session in (trunk, limb):
        session.save()
    return {trunk.run: [101, 102, 104], limb.run: [103]}


def branch_of_an_unknown(early: Path, late: Path) -> Owned:
    """Branch twice from a session that is not there: who ends first keeps its calls."""
    gone = Session(early, "gone")
    history = [gone.prompt(), gone.answer("m-un-1", usage(111))]
    short, long = Session(late, "short"), Session(early, "long")
    for session, minutes, read in ((short, 5, 112), (long, 50, 113)):
        session.copy(history, gone)
        session.wait(minutes)
        session.answer(f"m-un-{read}", usage(read))
        session.save()
    return {short.run: [111, 112], long.run: [113]}


def resumed(early: Path, late: Path) -> Owned:
    """Resume a session in a new file, as an older client, without a word of where it comes from."""
    first, second = Session(late, "first"), Session(early, "second")
    history = [
        first.prompt(),
        first.answer("m-re-1", usage(121)),
        first.answer("m-re-2", usage(122)),
    ]
    second.copy(history)
    second.wait(20)
    second.answer("m-re-3", usage(123))
    for session in (first, second):
        session.save()
    return {first.run: [121, 122], second.run: [123]}


def branch_through_a_gateway(early: Path, late: Path) -> Owned:
    """Branch without request ids: the line's own id tells the copy."""
    trunk, limb = Session(late, "gateway trunk"), Session(early, "gateway limb")
    history = [trunk.prompt(), trunk.answer("chatcmpl-7", usage(131), request=None)]
    limb.copy(history, trunk)
    limb.wait(9)
    limb.answer("chatcmpl-8", usage(132), request=None)
    for session in (trunk, limb):
        session.save()
    return {trunk.run: [131], limb.run: [132]}


def one_id_for_all(early: Path, late: Path) -> Owned:
    """Give every answer the same id and no request, in two sessions at the same times."""
    owned = {}
    tool = [{"type": "tool_use", "id": "toolu_relay", "name": "Read", "input": {}}]
    for folder, name, base in ((early, "relay 1", 140), (late, "relay 2", 150)):
        session = Session(folder, name)
        session.prompt()
        session.answer("relay", usage(base + 1, out=2), request=None)
        session.answer("relay", usage(base + 1, out=9), request=None, content=tool)
        session.result("toolu_relay")
        # A tool was faster than the rest of the answer: still the same one.
        session.answer("relay", usage(base + 1, out=9), request=None, content=tool)
        session.result("toolu_relay")
        session.answer("relay", usage(base + 2), request=None)
        session.prompt()
        session.answer("relay", usage(base + 3), request=None)
        session.answer("relay", usage(0, out=0, fresh=0), request=None)
        session.answer("relay", usage(base + 4), request=None)
        session.save()
        owned[session.run] = [base + 1, base + 2, base + 3, base + 4]
    return owned


def rounds_of_one_id(early: Path, late: Path) -> Owned:
    """Call tools round after round behind a relay that says the same of every answer."""
    session, branch = Session(late, "rounds"), Session(early, "branch of rounds", 30)
    history = [session.prompt()]
    rounds = (
        # The first answer, and the second, which begins with a text.
        ("thinking", 0, None),
        ("tool_use", 0, None),
        ("result", 0, None),
        ("text", 0, None),
        ("tool_use", 0, None),
        ("result", 0, None),
        # The third begins late, and calls a second tool after the first one's result; the fourth
        # follows its end.
        ("tool_use", 1, None),
        ("result", 0, None),
        ("tool_use", 0, "tool_use"),
        ("result", 0, None),
        ("tool_use", 0, None),
    )
    for kind, minutes, stop_reason in rounds:
        session.wait(minutes)
        if kind == "result":
            history.append(session.result("toolu_round"))
            continue
        block = {"type": kind, "id": "toolu_round", "name": "Bash", "input": {}}
        history.append(
            session.answer(
                "relay", usage(181), request=None, content=[block], stop_reason=stop_reason
            )
        )
    branch.copy(history, session)
    branch.wait(10)
    branch.answer("relay", usage(182), request=None)
    for written in (session, branch):
        written.save()
    return {session.run: [181] * 4, branch.run: [182]}


def lines_of_one_answer(early: Path, late: Path) -> Owned:
    """Write answers without request ids, lines without one, a message id that came twice."""
    session = Session(early, "lines")
    session.prompt()
    for out in (1, 5, 5):
        session.answer("chatcmpl-1", usage(161, out=out), request=None)
    session.answer("m-li-1", usage(162))
    session.answer("m-li-1", usage(162), request=None)
    session.answer("m-li-2", usage(163), request="req-a")
    session.result("toolu_li")
    session.answer("m-li-2", usage(164), request="req-b")
    session.save()
    # The whole file once more, in another place.
    again = late / "backup" / session.file.name
    again.parent.mkdir(parents=True)
    again.write_text(session.file.read_text())
    return {session.run: [161, 162, 163, 164]}


def side_questions(early: Path, late: Path) -> Owned:
    """Begin a side question and a compaction with the messages of the agent that they follow."""
    session = Session(early, "sides")
    aside = session.agent_file("aside_question-77")
    worker, compaction = session.agent_file("w9"), session.agent_file("acompact-5")
    session.prompt()
    session.answer("m-si-1", usage(171))
    session.answer("m-si-1", usage(9171), request="req-other", file=aside)
    session.answer("m-si-2", usage(172), file=aside)
    session.answer("m-si-3", usage(173), file=worker)
    session.answer("m-si-3", usage(9173), request="req-more", file=compaction)
    session.answer("m-si-4", usage(174), file=compaction)
    session.save()
    return {
        session.run: [171],
        f"{session.run}/aside_question-77": [172],
        f"{session.run}/w9": [173],
        f"{session.run}/acompact-5": [174],
    }


SCENARIOS = (
    branch,
    branch_of_an_unknown,
    resumed,
    branch_through_a_gateway,
    one_id_for_all,
    rounds_of_one_id,
    lines_of_one_answer,
    side_questions,
)
