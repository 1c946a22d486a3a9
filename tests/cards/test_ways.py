import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.cards.ways import (
    hold_emails,
    hold_phones,
    mark,
    merge,
    read_emails,
    read_phones,
    write_line,
)
from closebot.close import Email, Phone

JANE = Email(email="jane@acme.com", type="office")
JOE = Email(email="joe@acme.com", type="home")
ZOE = Email(email="zoe@acme.com", type="mobile")


def test_a_line_is_an_address_and_its_type():
    text = " jane@acme.com  Mobile\n\njoe@acme.com, home\r\nzoe@acme.com "
    assert [(one.email, one.type) for one in read_emails(text)] == [
        ("jane@acme.com", "mobile"),
        ("joe@acme.com", "home"),
        ("zoe@acme.com", "office"),
    ]


def test_a_line_is_a_number_and_its_type():
    text = "+1 415 555 1234 mobile\n(0171) 123-45.67 ext. 12\n020 7946 0000 x5 Fax"
    assert [(one.phone, one.type) for one in read_phones(text)] == [
        ("+1 415 555 1234", "mobile"),
        ("(0171) 123-45.67 ext. 12", "office"),
        ("020 7946 0000 x5", "fax"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("jane", "“jane” is not an e-mail address"),
        ("jane@acme", "is not an e-mail address"),
        ("jane@acme.com work", "office, mobile, home, direct, fax, url or other"),
        ("jane@acme.com joe@acme.com", "one e-mail address per line"),
        ("jane@acme.com\nJANE@acme.com home", "“JANE@acme.com” stands here twice"),
        ("Jane <jane@acme.com>", "one e-mail address per line"),
        ("x" * 3000, "…” is not an e-mail address"),
        ("\n".join(f"a{number}@acme.com" for number in range(101)), "100 at most; these are 101"),
    ],
)
def test_a_wrong_address_is_named(text, said):
    with pytest.raises(ValueError, match=said.replace("|", "\\|")) as caught:
        read_emails(text)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("call me", "“call me” is not a phone number"),
        ("mobile", "is not a phone number"),
        ("+1 415 555 1234 work", "office, mobile, home, direct, fax, url or other"),
        ("+1 415 555 1234\n415-555-1234 home", "“415-555-1234” stands here twice"),
    ],
)
def test_a_wrong_number_is_named(text, said):
    with pytest.raises(ValueError, match=said):
        read_phones(text)


def test_short_numbers_that_end_alike_are_two():
    assert len(read_phones("112\n12")) == 2


KNOWN = st.sampled_from(["+14155551234", "jane@acme.com", "office", "x" * 4000])
ODD = st.text(max_size=30) | KNOWN


@given(st.lists(st.builds(Email, email=ODD, type=ODD), max_size=8))
def test_what_a_form_holds_reads_back_as_it_is(emails):
    held = hold_emails(emails)
    again = read_emails("\n".join(map(write_line, held)))
    assert list(map(mark, again)) == list(map(mark, held))


@given(st.lists(st.builds(Phone, phone=ODD, phone_formatted=ODD, type=ODD), max_size=8))
def test_numbers_that_a_form_holds_read_back_as_they_are(phones):
    held = hold_phones(phones)
    again = read_phones("\n".join(map(write_line, held)))
    assert list(map(mark, again)) == list(map(mark, held))


def test_no_more_is_held_than_fits_a_field():
    emails = [Email(email=f"{'a' * 50}{number}@acme.com") for number in range(100)]
    held = hold_emails(emails)
    assert 30 < len(held) < 100
    assert len("\n".join(map(write_line, held))) <= 3000


def test_what_others_added_is_kept_and_what_they_took_stays_gone():
    marks = [mark(JANE), mark(JOE)]
    assert merge([JANE, JOE], [JANE, JOE, ZOE], marks) == [JANE, JOE, ZOE]
    assert merge([JANE, JOE], [JANE], marks) == [JANE]
    assert merge([JANE, JOE, ZOE], [JANE], marks) == [JANE, ZOE]


def test_what_was_taken_out_of_the_form_goes():
    marks = [mark(JANE), mark(JOE)]
    assert merge([JOE], [JANE, JOE, ZOE], marks) == [JOE, ZOE]
    assert merge([], [JANE, JOE], marks) == []


def test_the_order_of_the_form_counts():
    assert merge([JOE, JANE], [JANE, JOE], [mark(JANE), mark(JOE)]) == [JOE, JANE]


def test_a_changed_type_is_written_and_one_that_others_changed_stays():
    home = JANE.model_copy(update={"type": "home"})
    assert merge([home], [JANE], [mark(JANE)]) == [home]
    assert merge([JANE], [home], [mark(JANE)]) == [home]


def test_what_is_known_of_an_address_stays_with_it():
    shy = JANE.model_copy(update={"is_unsubscribed": True})
    again = merge([JANE.model_copy(update={"type": "home"})], [shy], [mark(shy)])
    assert again == [shy.model_copy(update={"type": "home"})]


def test_writing_the_same_twice_changes_nothing_more():
    marks = [mark(JANE)]
    once = merge([JANE, ZOE], [JANE], marks)
    assert merge([JANE, ZOE], once, marks) == once
