import pytest

from closebot.close import BadId, Close, Invalid, Unreadable
from closebot.close.search import LONGEST, clean, read_phones
from tests.close.conftest import said

ACME = {"id": "lead_a", "display_name": "Acme", "contacts": [], "opportunities": [], "tasks": []}
GLOBEX = ACME | {"id": "lead_g", "display_name": "Globex"}
NONE = said({"data": [], "cursor": None, "count": {"limited": 0, "total": 0}})


def found(*leads, total=None):
    counted = {"limited": len(leads), "total": len(leads) if total is None else total}
    return said({"data": [{"__object_type": "lead"} | lead for lead in leads], "count": counted})


@pytest.fixture
def close(scripted):
    return Close(api_key="api_key", transport=scripted.transport)


def values(query):
    """Yield what a query looks for, as field: text."""
    if isinstance(query, dict):
        if query.get("type") == "field_condition":
            yield f"{query['field']['field_name']}: {query['condition']['value']}"
        for part in query.values():
            yield from values(part)
    elif isinstance(query, list):
        for part in query:
            yield from values(part)


@pytest.mark.parametrize(
    ("words", "looked_for"),
    [
        ("Acme", {"display_name: Acme", "name: Acme"}),
        ("jane doe", {"display_name: jane doe", "name: jane doe"}),
        ("Jane@Acme.com", {"email: jane@acme.com"}),
        ("+1 (415) 555-1234", {"phone: +14155551234"}),
        ("0044 20 7946 0018", {"phone: +442079460018"}),
        ("415-555-1234", {"phone: +14155551234"}),
        ("acme.com", {"url: acme.com", "display_name: acme.com", "email: acme.com"}),
        ("https://www.acme.com/about?x=1", {"url: acme.com", "display_name: acme.com",
                                            "email: acme.com"}),
        ("Acme, Inc.", {"display_name: Acme, Inc.", "name: Acme, Inc."}),
        ("3M", {"display_name: 3M", "name: 3M"}),
        ("2024", {"display_name: 2024", "name: 2024"}),
    ],
)  # fmt: skip
async def test_words_mean_what_people_mean(scripted, close, words, looked_for):
    scripted.script(found(ACME))
    await close.leads.search(words)
    assert len(scripted.asked) == 1
    assert set(values(scripted.asked[0].json["query"])) == looked_for


@pytest.mark.parametrize(
    "words",
    [
        "lead_a",
        "https://app.close.com/lead/lead_a/",
        "app.close.com/lead/lead_a",
        "https://app.close.com/lead/lead_a/#activity=acti_1",
        "  https://app.close.com/lead/lead_a/?x=1 ",
    ],
)
async def test_an_id_or_address_is_fetched_and_not_searched(scripted, close, words):
    scripted.script(said(ACME))
    assert (await close.leads.search(words)).leads[0].display_name == "Acme"
    assert scripted.asked[0].path.startswith("/api/v1/lead/lead_a/?_fields=id,")


async def test_an_id_that_is_gone_finds_nothing(scripted, close):
    scripted.script(said({"error": "Empty query"}, 404))
    assert (await close.leads.search("lead_a")).leads == ()


async def test_only_what_is_shown_is_asked_for_and_the_number_is_told(scripted, close):
    scripted.script(found(ACME, GLOBEX, total=41))
    got = await close.leads.search("a", limit=2)
    assert (len(got.leads), got.total) == (2, 41)
    assert scripted.asked[0].json["_limit"] == 2
    assert "contacts" in scripted.asked[0].json["_fields"]["lead"]


async def test_the_exact_name_comes_first(scripted, close):
    scripted.script(found(ACME | {"display_name": "Globex Two"}, GLOBEX))
    names = [lead.display_name for lead in (await close.leads.search("globex")).leads]
    assert names == ["Globex", "Globex Two"]


async def test_beginnings_of_words_are_tried_when_nothing_is_found(scripted, close):
    scripted.script(NONE, found(GLOBEX))
    assert (await close.leads.search("glob")).leads[0].id == "lead_g"
    assert "beginning_of_words" in str(scripted.asked[1].json)


async def test_a_close_that_refuses_beginnings_has_found_nothing(scripted, close):
    scripted.script(NONE, said({"errors": ["Not a valid choice."]}, 400))
    assert (await close.leads.search("glob")).leads == ()


async def test_a_single_lead_that_came_in_part_is_fetched_whole(scripted, close):
    part = {"id": "lead_a", "display_name": "Acme"}
    scripted.script(found(part), said(ACME))
    assert (await close.leads.search("Acme")).leads[0].is_whole
    assert len(scripted.asked) == 2


@pytest.mark.parametrize("words", ["", "   ", "\x00\x07", "\u0085"])
async def test_nothing_is_asked_for_no_words(scripted, close, words):
    assert (await close.leads.search(words)).leads == ()
    assert scripted.asked == []


async def test_long_and_strange_words_are_sent_whole_and_harmless(scripted, close):
    scripted.script(NONE)
    await close.leads.search('x" \\ <!channel> \u202e🎉' + "y" * 3000)
    [first, *_] = values(scripted.asked[0].json["query"])
    assert "<!channel> \u202e🎉" in first
    assert len(clean("y" * 3000)) == LONGEST


@pytest.mark.parametrize(
    "answer", [[], {}, {"data": None}, {"data": [1]}, {"data": [{"name": "no id"}]}]
)
async def test_an_answer_of_another_shape_is_unreadable(scripted, close, answer):
    scripted.script(said(answer))
    with pytest.raises(Unreadable):
        await close.leads.search("Acme")


@pytest.mark.parametrize("lead_id", ["", "acti_1", "lead_../me", "lead_a/../../me", "lead_a?x=1"])
async def test_what_is_no_id_is_refused_before_it_is_sent(scripted, close, lead_id):
    with pytest.raises(BadId):
        await close.leads.get(lead_id)
    assert scripted.asked == []


async def test_a_refused_query_says_why(scripted, close):
    scripted.script(said({"errors": ["List is too long."]}, 400))
    with pytest.raises(Invalid) as raised:
        await close.leads.search("Acme")
    assert raised.value.messages == ("List is too long.",)


@pytest.mark.parametrize(
    ("words", "zone", "numbers"),
    [
        ("020 7946 0018", "Europe/London", ("+442079460018",)),
        ("777 123 456", "Europe/Prague", ("+420777123456",)),
        ("415 555 1234", "Europe/Prague", ("+4204155551234", "+14155551234")),
        ("+420 777 123 456", "", ("+420777123456",)),
        ("12-34", "", ()),
        ("1234567890123456789012", "", ()),
        ("Room 101", "", ()),
    ],
)
def test_a_number_without_its_country_is_from_where_the_person_is(words, zone, numbers):
    assert read_phones(words, zone) == numbers
