import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.close import Unreadable, Walk

PAGE = 4


class ChangingList:
    """A list of Close, newest first, that others change between pages."""

    def __init__(self, size, changes=()):
        self.rows = [{"id": f"id_{number}", "version": 0} for number in range(size)]
        self.changes = list(changes)
        self.made = size
        self.asked = []
        self.tells_total = False

    async def ask(self, window):
        self.asked.append(window)
        skip, limit = window.get("_skip", 0), window["_limit"]
        await asyncio.sleep(0)
        page = [dict(row) for row in self.rows[skip : skip + limit]]
        answer = {"data": page, "has_more": skip + limit < len(self.rows)}
        if self.tells_total:
            answer["total_results"] = len(self.rows)
        for kind, where in self.changes.pop(0) if self.changes else ():
            self.change(kind, where)
        return answer

    def change(self, kind, where):
        if kind == "insert" or not self.rows:
            self.rows.insert(0, {"id": f"id_{self.made}", "version": 0})
            self.made += 1
            return
        row = self.rows[where % len(self.rows)]
        self.rows.remove(row)
        if kind == "touch":  # changed rows come first, as in a list by date_updated
            self.rows.insert(0, row | {"version": row["version"] + 1})

    def walk(self, **options):
        return Walk(self.ask, lambda row: row, **({"page": PAGE} | options))


changes = st.lists(
    st.lists(
        st.tuples(st.sampled_from(["insert", "delete", "touch"]), st.integers(0, 40)), max_size=6
    ),
    max_size=12,
)


@given(size=st.integers(0, 40), between=changes)
def test_a_walk_over_a_changing_list_loses_and_repeats_nothing_or_says_so(size, between):
    listed = ChangingList(size, between)
    before = {row["id"] for row in listed.rows}

    async def walk():
        walked = listed.walk()
        return walked, await walked.all()

    walked, rows = asyncio.run(walk())
    times = Counter(row["id"] for row in rows)
    assert set(times.values()) <= {1}
    unchanged = {row["id"] for row in listed.rows if row["version"] == 0} & before
    assert walked.may_have_missed or unchanged <= set(times)


@given(
    size=st.integers(0, 40),
    between=changes,
    ahead=st.sampled_from([2, 5]),
    total=st.none() | st.integers(0, 60),
)
def test_pages_that_are_asked_for_at_once_lose_and_repeat_nothing_either(
    size, between, ahead, total
):
    listed = ChangingList(size, between)
    listed.tells_total = True
    before = {row["id"] for row in listed.rows}

    async def walk():
        walked = listed.walk(ahead=ahead, total=total)
        return walked, await walked.all()

    try:
        walked, rows = asyncio.run(walk())
    except Unreadable:  # so many changes that nothing new came for ten pages
        assert between
        return
    times = Counter(row["id"] for row in rows)
    assert set(times.values()) <= {1}
    unchanged = {row["id"] for row in listed.rows if row["version"] == 0} & before
    assert walked.may_have_missed or unchanged <= set(times)


@pytest.mark.parametrize(("total", "at_first"), [(None, 1), (30, 5)])
async def test_where_the_total_is_known_the_first_page_is_not_waited_for(total, at_first):
    listed, held = ChangingList(30), asyncio.Event()
    listed.tells_total = True

    async def ask(window):
        answer = await listed.ask(window)
        await held.wait()
        return answer

    walk = Walk(ask, lambda row: row, page=PAGE, ahead=5, total=total)
    reading = asyncio.create_task(walk.all())
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(listed.asked) == at_first
    held.set()
    assert [row["id"] for row in await reading] == [f"id_{number}" for number in range(30)]
    assert len(listed.asked) == 10  # as many as one after the other


async def test_a_quiet_list_is_read_in_few_requests():
    listed = ChangingList(10)
    rows = await listed.walk(page=4).all()
    assert [row["id"] for row in rows] == [f"id_{number}" for number in range(10)]
    assert len(listed.asked) == 3


async def test_a_walk_can_end_early_and_asks_for_no_more_than_that():
    listed = ChangingList(500)
    assert len(await listed.walk(page=100, most=3).all()) == 3
    assert listed.asked == [{"_limit": 3}]


async def test_short_pages_are_no_end():
    pages = [
        {"data": [{"id": "a"}], "has_more": True},
        {"data": [], "has_more": True},
        {"data": [{"id": "a"}, {"id": "b"}], "has_more": False},
    ]

    async def ask(_):
        return pages.pop(0)

    walked = Walk(ask, lambda row: row["id"])
    assert await walked.all() == ("a", "b")


@pytest.mark.parametrize("data", [[], [{"id": "a"}], [{"id": "a"}, {"id": "a"}]])
async def test_a_list_that_never_ends_is_left(data):
    asked = []

    async def ask(window):
        asked.append(window)
        return {"data": data, "has_more": True}

    with pytest.raises(Unreadable):
        await Walk(ask, lambda row: row).all()
    assert len(asked) < 30


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"data": None}, {"data": [1]}, {"data": [{"name": "x"}]}]
)
async def test_what_is_no_list_is_unreadable(answer):
    async def ask(_):
        return answer

    with pytest.raises(Unreadable):
        await Walk(ask, lambda row: row).all()


async def test_a_long_list_is_not_kept_in_memory():
    listed = ChangingList(5000)
    walked = listed.walk(page=100)
    count = 0
    async for _ in walked:
        count += 1
    assert count == 5000
    assert len(walked._seen) <= 2000
