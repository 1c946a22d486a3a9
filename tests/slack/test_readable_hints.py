import pytest

from closebot.slack.readable import Hints, find_hints, read_hints


def test_links_mail_and_phones_of_a_message_are_found_in_order():
    message = {
        "text": "not this",
        "blocks": [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "link", "url": "https://www.Acme.com/x", "text": "site"},
                            {"type": "text", "text": " jane@acme.com or bob@gmail.com, "},
                            {"type": "link", "url": "tel:4155551234", "text": "4155551234"},
                            {"type": "text", "text": " JANE@acme.com +49 30 901820"},
                            {"type": "link", "url": "mailto:eva@beta.io", "text": "Eva"},
                        ],
                    }
                ],
            }
        ],
        "attachments": [{"title": "x", "title_link": "https://app.close.com/lead/lead_1/"}],
        "files": [{"name": "x", "permalink": "https://t.slack.com/files/1"}],
    }
    assert read_hints(message) == Hints(
        urls=("https://www.Acme.com/x", "https://app.close.com/lead/lead_1/"),
        emails=("jane@acme.com", "bob@gmail.com", "eva@beta.io"),
        phones=("4155551234", "+49 30 901820"),
        domains=("acme.com", "beta.io"),
    )


def test_a_site_that_slack_made_a_link_of_is_found():
    hints = read_hints({"text": "<http://acme.com|acme.com> <tel:+14155551234|+1 415 555 1234>"})
    assert hints.urls == ("http://acme.com",)
    assert hints.phones == ("+1 415 555 1234",)


def test_a_message_without_hints_gives_none():
    assert read_hints({"text": "thanks!"}) == read_hints({}) == Hints()


@pytest.mark.parametrize(
    "phone",
    [
        "+1 415 555 1234",
        "+14155551234",
        "+49 (0)30 123456",
        "(415) 555-1234",
        "(030) 123456",
        "415-555-1234",
        "415.555.1234",
        "555-1234",
        "1-800-555-0199",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "612 345 678",
        "030/1234567",
        "020 7946 0958",
        "+44\u00a020\u00a07946\u00a00958",
    ],
)
def test_phone_numbers_are_found(phone):
    assert find_hints(phone).phones == (phone,)
    assert find_hints(f"Call:{phone}, or (10:30) write.").phones == (phone,)


@pytest.mark.parametrize(
    "text",
    [
        "4155551234",
        "+12 34",
        "+1234567890123456",
        "2026-01-31",
        "2026-01-31 10:30",
        "2026-01-31T10:30:00",
        "31.01.2026",
        "1/31/2026",
        "01/31-02/05/2026",
        "2019-2026",
        "2026-00123",
        "INV-2026-0012345",
        "$1 000 000",
        "$1,000,000",
        "EUR 1000-2500",
        "1.250.000 €",
        "1 250 000",
        "1 250 000,50",
        "612 345 678 USD",
        "250 000 000",
        "10000-20000",
        "192.168.10.200",
        "192.168.10.200:8080",
        "http://10.20.30.40/415-555-1234",
        "1712345678.123456",
        "550e8400-e29b-41d4-a716-446655440000",
        "4111 1111 1111 1111",
        "978-3-16-148410-0",
        "10.0.19041.1234",
        "123-45-6789",
        "94107-1234",
        "09.00-17.30",
        "invoice 415-555-1234",
        "#415-555-1234",
        "case: 415-555-1234",
        "jane+415-555-1234@gmail.com",
        "1 2 3 4 5 6 7 8",
        "lead_4155551234",
    ],
)
def test_other_numbers_are_no_phones(text):
    assert find_hints(text).phones == ()
    assert find_hints(f"so {text} it is").phones == ()


def test_one_phone_written_twice_is_found_once():
    assert find_hints("+1 415 555 1234 and +1-415-555-1234").phones == ("+1 415 555 1234",)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("see https://acme.com/a.", "https://acme.com/a"),
        ("(https://acme.com/a)", "https://acme.com/a"),
        ("https://acme.com/a_(b)!", "https://acme.com/a_(b)"),
        ("“https://acme.com/a”", "https://acme.com/a"),
        ("HTTPS://acme.com", "HTTPS://acme.com"),
        ("http://localhost:3000/x", "http://localhost:3000/x"),
    ],
)
def test_addresses_end_before_the_sentence_does(text, url):
    assert find_hints(text).urls == (url,)


@pytest.mark.parametrize("text", ["https://", "https://...", "acme.com", "ftp://acme.com"])
def test_what_is_no_address_is_left_out(text):
    assert find_hints(text).urls == ()


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        ("https://www.acme.co.uk:8080/x?y#z", ("acme.co.uk",)),
        ("https://blog.acme.com https://ACME.com.", ("blog.acme.com", "acme.com")),
        ("https://acme.com@evil.example/x", ("evil.example",)),
        (r"https://evil.example\@acme.com", ("evil.example",)),
        ("https://bücher.example jane@müller.example", ("bücher.example", "müller.example")),
        ("https://xn--p1b.xn--p1ai", ("xn--p1b.xn--p1ai",)),
        ("http://10.0.0.1/ http://localhost http://[::1]/", ()),
        ("https://t.slack.com/x https://app.close.com/ https://notclose.com", ("notclose.com",)),
        ("a@gmail.com b@mail.yahoo.com c@me.com", ()),
    ],
)
def test_domains_are_those_of_companies(text, domains):
    assert find_hints(text).domains == domains


@pytest.mark.parametrize(
    ("text", "emails"),
    [
        ("mail jane.doe+x@acme.co.uk.", ("jane.doe+x@acme.co.uk",)),
        ("'jane@acme.com' (o'brien@acme.com)", ("jane@acme.com", "o'brien@acme.com")),
        ("logo@2x.png @jane jane@acme jane@", ()),
        ("https://acme.com/?to=jane@acme.com", ()),
    ],
)
def test_mail_addresses_are_found(text, emails):
    assert find_hints(text).emails == emails


@pytest.mark.parametrize("unit", ["1 ", "(1)", "a.", "a'", "x@", "https://)", "+", "1-", "x@a."])
def test_long_texts_do_not_hold_up_the_search(unit):
    assert isinstance(find_hints(unit * 6000), Hints)
