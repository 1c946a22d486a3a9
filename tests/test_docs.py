"""What the documents promise is true: settings, commands, targets, links and pictures."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from closebot.cli import main
from closebot.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
# Where settings are read; one that nobody reads yet promises nothing.
READERS = [ROOT / "closebot" / name for name in ("app.py", "cli.py", "settings.py")]


def names_of(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


def fenced(text, *languages):
    """Return the fenced blocks of these languages."""
    blocks = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [block for language, block in blocks if language in languages]


def prose(text):
    """Return a document without its fenced blocks."""
    return re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)


def snippets(text):
    """Return the command lines of a document, without their comments: in blocks and in prose."""
    lines = [line for block in fenced(text, "sh", "bash") for line in block.splitlines()]
    return [shlex.split(line, comments=True) for line in lines if line.strip()] + [
        shlex.split(line)
        for line in re.findall(r"`((?:make|closebot|\.venv/bin/closebot) [^`]*)`", prose(text))
    ]


# --- settings ---------------------------------------------------------------------------------


def settings_table():
    """Return name → default as the README's table of settings has them."""
    table = README.split("### Settings")[1].split("###")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()
        if line.startswith("| `")
    ]
    return {
        name.strip("` "): default.strip("` ")
        for names, defaults, *_ in rows
        for name, default in zip(names.split(","), defaults.split(","), strict=True)
    }


def read_settings_names():
    source = "\n".join(path.read_text() for path in READERS)
    return {
        name.upper()
        for name in Settings.model_fields
        if re.search(rf"\b(?:settings|self)\.{name}\b", source)
    }


def test_every_setting_in_the_readme_exists():
    fields = {name.upper() for name in Settings.model_fields}
    assert settings_table().keys() - fields == set()


def test_every_setting_that_is_read_is_in_the_readme():
    assert read_settings_names() - settings_table().keys() == set()


def test_the_readme_promises_no_setting_that_nobody_reads():
    assert settings_table().keys() - read_settings_names() == set()


@pytest.mark.parametrize(("name", "said"), settings_table().items())
def test_the_default_of_a_setting_is_what_the_readme_says(name, said):
    field = Settings.model_fields[name.lower()]
    required = "required" if field.is_required() else "–"
    default = required if field.default is None or field.is_required() else str(field.default)
    assert said in (default, "required in HTTP mode")
    assert (said == "required in HTTP mode") is (name == "SLACK_SIGNING_SECRET")


def test_every_setting_that_the_documents_name_exists():
    fields = {name.upper() for name in Settings.model_fields}
    ours = r"\b(?:SLACK|CLOSE|CLOSEBOT)_[A-Z_]+\b"
    named = {name for path in DOCUMENTS for name in re.findall(ours, path.read_text())}
    assert named - fields - {"CLOSEBOT_SANDBOX_KEY"} == set()


# --- commands ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", DOCUMENTS, ids=names_of(DOCUMENTS))
def test_every_make_target_that_is_mentioned_exists(path):
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    mentioned = {
        word
        for line in snippets(path.read_text())
        if line[:1] == ["make"]
        for word in line[1:]
        if "=" not in word
    }
    assert mentioned - targets == set()


def test_every_make_target_that_says_what_it_does_needs_no_file_of_its_name():
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split()
    assert set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)) - set(phony) == set()


def closebot_lines():
    """Return what is typed after `closebot` in any document, once each."""
    lines = [line for path in DOCUMENTS for line in snippets(path.read_text())]
    # `$(.venv/bin/closebot keygen)` stands inside another command.
    inner = re.findall(r"\$\((\S*closebot [^)]*)\)", README)
    lines += [line.split() for line in inner]
    return sorted({tuple(line[1:]) for line in lines if line and line[0].endswith("closebot")})


def test_the_readme_shows_how_to_run_closebot():
    assert ("run",) in closebot_lines()
    assert ("keygen",) in closebot_lines()


@pytest.mark.parametrize("typed", closebot_lines(), ids=" ".join)
def test_every_command_line_that_is_shown_is_understood(typed):
    said = CliRunner().invoke(main, [*typed, "--help"])
    assert said.exit_code == 0, said.output
    assert said.output.startswith("Usage:")
    words = [word for word in typed if not word.startswith("-")]
    assert words[0] in main.commands


def test_every_command_says_what_it_does():
    said = CliRunner().invoke(main, ["--help"]).output
    for name, command in main.commands.items():
        assert re.search(rf"^  {name}\s+\S", said, re.MULTILINE), name
        assert command.help.strip().split("\n")[0].endswith((".", "…"))


# --- links and pictures -----------------------------------------------------------------------


def anchors(text):
    """Return the names that headings can be linked by."""
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-") for head in heads}


def leads_somewhere(document, target):
    name, _, anchor = target.partition("#")
    found = document.parent / name if name else document
    return found.exists() and (not anchor or anchor in anchors(found.read_text()))


@pytest.mark.parametrize("path", DOCUMENTS, ids=names_of(DOCUMENTS))
def test_every_link_inside_the_repository_leads_somewhere(path):
    targets = re.findall(r"\]\(([^)\s]+)\)", prose(path.read_text()))
    inside = [target for target in targets if not re.match(r"https?://|mailto:", target)]
    assert [target for target in inside if not leads_somewhere(path, target)] == []


def test_files_that_are_named_in_prose_exist():
    named = re.findall(r"`((?:closebot|docs|tests)/[\w./]*)`", README + contributing())
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_rooms_are_drawn_as_they_are():
    table = contributing().split("## The rooms")[1].split("##")[0]
    rooms = re.findall(r"^\| `([\w./]+)` \|", table, re.MULTILINE)
    assert [room for room in rooms if not (ROOT / "closebot" / room).exists()] == []
    real = {
        one.name + ("/" if one.is_dir() else "")
        for one in (ROOT / "closebot").iterdir()
        if one.name not in ("__init__.py", "__main__.py", "__pycache__")
    }
    assert real - set(rooms) - {"settings.py", "logs.py"} == set()


def contributing():
    return (ROOT / "CONTRIBUTING.md").read_text()
