"""Secrets at rest: what a vault opens, and what it never does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.store import Vault, new_key, read_keys
from closebot.store.vault import MOST_REMEMBERED, SealBroken

VAULT = Vault([new_key()])
words = st.text(st.characters(codec="utf-8"))
owners = st.lists(words, min_size=1, max_size=3)


@given(owners, words)
def test_what_was_sealed_is_opened_again(owner, text):
    assert VAULT.open(owner, VAULT.seal(owner, text)) == text


@given(owners, owners, words)
def test_a_seal_opens_for_its_owner_alone(owner, other, text):
    sealed = VAULT.seal(owner, text)
    if owner == other:
        assert VAULT.open(other, sealed) == text
    else:
        with pytest.raises(SealBroken, match="somebody else"):
            VAULT.open(other, sealed)


def test_what_was_opened_for_its_owner_stays_shut_for_others():
    sealed = VAULT.seal(("T1", "U1"), "api_secret")
    assert VAULT.open(("T1", "U1"), sealed, remember=True) == "api_secret"
    with pytest.raises(SealBroken, match="somebody else"):
        VAULT.open(("T1", "U2"), sealed)


def test_a_vault_remembers_what_it_is_told_to_and_forgets_it():
    vault, ana, ben = Vault([new_key()]), ("T1", "U1"), ("T1", "U2")
    for owner, text in ((ana, "api_ana"), (ben, "api_ben")):
        vault.open(owner, vault.seal(owner, text), remember=True)
    vault.open(ana, vault.seal(ana, "what was typed"))
    assert [text for _, text in vault._opened.values()] == ["api_ana", "api_ben"]
    assert "api" not in repr(vault)
    vault.forget(ana)
    assert [text for _, text in vault._opened.values()] == ["api_ben"]
    vault.forget()
    assert not vault._opened


def test_a_vault_remembers_what_was_needed_last_and_no_more_than_so_many():
    vault, owner = Vault([new_key()]), ("T1", "U1")
    sealed = [vault.seal(owner, str(number)) for number in range(MOST_REMEMBERED + 10)]
    for one in sealed:
        assert vault.open(owner, one, remember=True)
        vault.open(owner, sealed[0], remember=True)
    assert len(vault._opened) == MOST_REMEMBERED
    assert sealed[0] in vault._opened
    assert sealed[1] not in vault._opened


@given(st.text())
def test_text_that_nobody_sealed_opens_nothing(text):
    with pytest.raises(SealBroken, match="no key opens this"):
        VAULT.open(("T1", "U1"), text)


def test_a_seal_does_not_show_what_is_in_it():
    owner = ("T0NORTHWIND", "U0ANA00000")  # so long that no seal holds them by chance
    sealed = VAULT.seal(owner, "api_secret")
    assert [word for word in ("api_secret", *owner) if word in sealed] == []
    assert sealed != VAULT.seal(owner, "api_secret")


def test_the_first_key_seals_and_all_of_them_open():
    old, new = new_key(), new_key()
    both = Vault([new, old])
    assert both.open(("U1",), Vault([old]).seal(("U1",), "text")) == "text"
    assert Vault([new]).open(("U1",), both.seal(("U1",), "text")) == "text"
    with pytest.raises(SealBroken):
        Vault([old]).open(("U1",), both.seal(("U1",), "text"))


def test_keys_are_read_with_blanks_and_a_comma_at_the_end():
    one, other = new_key(), new_key()
    assert read_keys(f" {one} , {other},\n") == [one, other]


@pytest.mark.parametrize("text", ["", " ", ",", " , ,"])
def test_no_key_at_all_says_how_one_is_made(text):
    with pytest.raises(ValueError, match="holds no key; `closebot keygen` makes one"):
        read_keys(text)


@given(words.filter(lambda text: text.strip() and "," not in text))
def test_what_is_no_key_is_named_by_its_position_and_never_quoted(text):
    with pytest.raises(ValueError) as refused:
        read_keys(f"{new_key()},{text}")
    assert str(refused.value) == "key 2 of 2 is not a Fernet key; `closebot keygen` makes one"


def test_a_new_key_is_another_one_each_time():
    assert len({new_key() for _ in range(20)}) == 20
