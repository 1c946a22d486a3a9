"""What a message says about whom it is about: addresses, phone numbers and domains."""

import re
from dataclasses import dataclass

from closebot.slack.kit import Json
from closebot.slack.readable.messages import read_said
from closebot.slack.readable.wording import Wording

# Everybody's domains: they tell nothing about a company. With all that is under them.
_COMMON = frozenset(
    {
        "163.com",
        "aol.com",
        "close.com",
        "closemail.com",
        "fastmail.com",
        "free.fr",
        "gmail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hey.com",
        "hotmail.co.uk",
        "hotmail.com",
        "hotmail.fr",
        "icloud.com",
        "laposte.net",
        "libero.it",
        "live.com",
        "mac.com",
        "mail.com",
        "mail.ru",
        "me.com",
        "msn.com",
        "orange.fr",
        "outlook.com",
        "pm.me",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "rocketmail.com",
        "slack.com",
        "slack-edge.com",
        "slack-files.com",
        "t-online.de",
        "tutanota.com",
        "web.de",
        "yahoo.co.uk",
        "yahoo.com",
        "yahoo.de",
        "yahoo.fr",
        "yandex.com",
        "yandex.ru",
        "ymail.com",
        "zoho.com",
    }
)
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = rf"(?:{_LABEL}\.)+(?:xn--[a-z0-9-]{{2,59}}|[^\W\d_]{{2,63}})"
_URL = r"(?P<url>https?://[^\s<>\"“”|`]{1,3000})"
_EMAIL = rf"(?P<email>(?<![\w.+%-])\w[\w.+%'-]{{0,63}}@{_HOST})"
_TEL = r"tel:(?P<tel>\+?[0-9().-]{3,30})"
# Not in the middle of a word, a path, a number or a sum of money.
_DIGITS = r"(?:\(\d{1,5}\)|\d)"
_PHONE = (
    r"(?P<phone>(?<![\w./@#$€£¥%+-])(?<!\d[:,])"
    rf"(?:\+ ?)?{_DIGITS}(?:[ \u00a0\u202f.\u2013/-]{{0,2}}{_DIGITS}){{4,24}}"
    r"(?![\w%$€£¥@:]|[.,/-]\d))"
)
_FOUND = re.compile(f"{_URL}|{_EMAIL}|{_TEL}|{_PHONE}", re.IGNORECASE)
_AUTHORITY = re.compile(r"https?://(?:[^/\\?#]*@)?([^/\\?#:@]+)", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp)$", re.IGNORECASE)
# Digits with separators that are something else.
_OTHER = tuple(
    re.compile(pattern)
    for pattern in (
        r"\d{4}[-./ ]\d{1,2}[-./ ]\d{1,2}(?!\d)",  # 2026-01-31, with a time behind it
        r"\d{1,2}[-./ ]\d{1,2}[-./ ]\d{4}(?!\d)",  # 31.01.2026
        r".*\D\d{1,2}[-./](?:19|20)\d\d$",  # 01/31-02/05/2026
        r"(?:19|20)\d\d\D+\d+$",  # 2019-2026, and 2026-00123 of an invoice
        r"(?:\d{1,3}\.){3}\d{1,3}$",  # 192.168.10.200
        r"\d+\.\d+$",  # 1712345678.1234
        r"\d{1,3}(?:\.\d{3})+$",  # 1.250.000
        r"\d{1,2}(?:[ \u00a0\u202f]\d{3})+$",  # 1 250 000
        r"\d+(?:\D+\d*00)+$",  # 10000-20000, 250 000 000
        r"\d{3}-\d{2}-\d{4}$",  # a number of the US social security
        r"\d{5}-\d{4}$",  # a ZIP code
        r"\d{1,2}\.\d{2} ?[\u2013-] ?\d{1,2}\.\d{2}$",  # 09.00-17.30
        r"\d+\D+(?:\d+\D+)*\d(?:\D|$)",  # 978-3-16-148410-0, 10.0.2.19041
        r"(?:\d+\D+){6}",  # 11 22 33 44 55 66 77
    )
)
_BEFORE_MONEY = re.compile(r"(?:[$€£¥]|\b(?:usd|eur|gbp|chf))\s*$", re.IGNORECASE)
_BEFORE_ID = re.compile(
    r"(?:#|\b(?:id|invoice|order|ref|reference|ticket|case|po|sku|vat|account))[\s.:#]*$",
    re.IGNORECASE,
)
_AFTER_MONEY = re.compile(r"\s*(?:[$€£¥%]|(?:usd|eur|gbp|chf|kr|dollars?|euros?)\b)", re.IGNORECASE)
_NEAR = 20
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15


@dataclass(frozen=True, slots=True)
class Hints:
    """Each in order of appearance and once; `domains` without those that everybody uses."""

    urls: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


def read_hints(message: Json) -> Hints:
    """Find what may tell the lead or contact a message is about: in its words and in its links."""
    if not isinstance(message, dict):
        return Hints()
    return find_hints(read_said(message, Wording({}, spelled=True)))


def find_hints(text: str) -> Hints:
    """Find addresses, phone numbers and domains in plain text."""
    # What counts as the same stands before what is shown of it.
    urls: dict[str, str] = {}
    emails: dict[str, str] = {}
    phones: dict[str, str] = {}
    domains: dict[str, str] = {}
    for found in _FOUND.finditer(text):
        if found["url"]:
            url = _trim(found["url"])
            if host := _AUTHORITY.match(url):
                urls.setdefault(url, url)
                _keep_domain(domains, host[1])
        elif found["email"]:
            if not _PICTURE.search(found["email"]):
                emails.setdefault(found["email"].casefold(), found["email"])
                _keep_domain(domains, found["email"].rpartition("@")[2])
        elif found["tel"] or _is_phone(found):
            phone = found["tel"] or found["phone"]
            digits = re.sub(r"\D", "", phone)
            if _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS:
                phones.setdefault(digits, phone)
    return Hints(
        urls=tuple(urls.values()),
        emails=tuple(emails.values()),
        phones=tuple(phones.values()),
        domains=tuple(domains.values()),
    )


def _keep_domain(domains: dict[str, str], host: str) -> None:
    domain = host.rstrip(".").lower().removeprefix("www.")
    if re.fullmatch(_HOST, domain) and not _is_common(domain):
        domains.setdefault(domain, domain)


def _is_common(domain: str) -> bool:
    labels = domain.split(".")
    return any(".".join(labels[start:]) in _COMMON for start in range(len(labels)))


def _is_phone(found: re.Match[str]) -> bool:
    """Tell a phone number from dates, prices, ids and addresses of machines."""
    before = found.string[max(0, found.start() - _NEAR) : found.start()]
    after = found.string[found.end() : found.end() + _NEAR]
    if _BEFORE_MONEY.search(before) or _AFTER_MONEY.match(after):
        return False
    if found["phone"].startswith("+"):
        return True
    digits = found["phone"].lstrip("(")
    grouped = len(re.findall(r"\d+", digits)) > 1
    return grouped and not (
        _BEFORE_ID.search(before) or any(other.match(digits) for other in _OTHER)
    )


def _trim(url: str) -> str:
    """Drop what ends the sentence and not the address."""
    while url and (url[-1] in ".,;:!?'’*_~…" or _closes_more(url)):
        url = url[:-1]
    return url


def _closes_more(url: str) -> bool:
    """Tell whether the last character is a bracket that nothing in the address opened."""
    opening = {")": "(", "]": "[", "}": "{"}.get(url[-1])
    return opening is not None and url.count(url[-1]) > url.count(opening)
