from closebot.slack import kit
from closebot.slack.places import Place, carry, find_place

HERE = Place("C1", "https://hooks.slack.example/secret")


def modal(metadata=""):
    return kit.modal("x", "X", [kit.section("hello")], metadata=metadata)


def test_a_modal_carries_its_place_and_the_features_own_state():
    assert find_place(carry(modal("lead_1"), HERE)) == (HERE, "lead_1")
    assert find_place(carry(modal(), HERE)) == (HERE, "")


def test_a_place_is_carried_once_however_often_it_is_asked_for():
    once = carry(modal("lead_1"), HERE)
    assert carry(once, Place("C2", "")) == once


def test_a_place_that_others_read_stays_one():
    there = Place("C1", "https://hooks.slack.example/secret", in_public=True)
    assert find_place(carry(modal("lead_1"), there)) == (there, "lead_1")


def test_a_home_tab_carries_nothing():
    home = {"type": "home", "blocks": []}
    assert carry(home, HERE) == home


def test_metadata_of_another_kind_is_the_state():
    for metadata in ("", "plain words", "[1]", '{"state": 1}', "null", '{"a": "b"}'):
        assert find_place({"private_metadata": metadata}) == (Place(), metadata)
    assert find_place({}) == (Place(), "")
    assert find_place({"private_metadata": {"state": "x"}}) == (Place(), "")


def test_a_long_state_is_kept_before_the_place():
    carried = carry(modal("x" * 2950), HERE)
    assert len(carried["private_metadata"]) <= 3000
    assert find_place(carried) == (Place(), "x" * 2950)


def test_the_address_is_not_in_the_repr():
    assert "secret" not in repr(HERE)
