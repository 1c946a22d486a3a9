"""The house stands as drawn: ids are unique and answered, features are listed, docs are true."""

import importlib
import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

import closebot.features
from closebot.features import FEATURES
from closebot.manifest import SCOPES, build_manifest, declared

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
KINDS = ("action", "view", "options")


def test_every_feature_module_is_listed_once():
    modules = {found.name for found in pkgutil.iter_modules(closebot.features.__path__)}
    names = [feature.name for feature in FEATURES]
    assert modules == set(names)
    assert len(names) == len(set(names))
    for name in names:
        assert importlib.import_module(f"closebot.features.{name}").feature in FEATURES


def test_no_two_handlers_share_a_key():
    keys = [(one.kind, one.key) for feature in FEATURES for one in feature.declared]
    assert len(keys) == len(set(keys))


def test_ids_are_named_after_a_feature():
    names = {feature.name for feature in FEATURES}
    ids = [one.key for kind in KINDS for one in declared(kind)]
    assert [key for key in ids if key.split(".")[0] not in names] == []


def drawn_ids():
    """Find every id of a button or a modal that the product's source draws."""
    for path in sorted((ROOT / "closebot").rglob("*.py")):
        if "sandbox" not in path.parts:
            named = r'^[A-Z_]+ = "([a-z]+\.[a-z_]+)"$'
            yield from re.findall(named, path.read_text(), re.MULTILINE)


def test_every_id_that_is_drawn_is_answered():
    answered = {one.key for kind in KINDS for one in declared(kind)}
    drawn = set(drawn_ids())
    assert drawn
    assert drawn - answered == set()


def test_every_command_teaches():
    for one in declared("command"):
        assert one.help
        assert not one.help.endswith(".")
        assert one.usage.startswith(one.key)
        assert one.example.startswith(one.key)
        assert one.handler.__doc__


def test_readme_and_manifest_are_in_step_with_the_code():
    sys.path.insert(0, str(ROOT / "docs"))
    generate = importlib.import_module("generate")
    for path, text in generate.drawn().items():
        assert path.read_text() == text, f"{path.name}: run `make fix`"


def test_the_manifest_asks_for_no_history():
    assert [scope for scope in SCOPES if "history" in scope] == []


@pytest.mark.parametrize(
    ("options", "socket"),
    [({}, True), ({"url": "https://bot.example.com/", "command": "/crm"}, False)],
)
def test_the_manifest_fits_the_way_of_delivery(options, socket):
    manifest = build_manifest(**options)
    text = json.dumps(manifest)
    assert manifest["settings"]["socket_mode_enabled"] is socket
    assert ("https://bot.example.com/slack/events" in text) is not socket
    assert manifest["features"]["slash_commands"][0]["should_escape"] is True


@pytest.mark.skipif(not SHARED.is_dir(), reason="Slack's manifest schemas are not in this clone")
@pytest.mark.parametrize("url", ["", "https://bot.example.com"])
def test_the_manifest_is_valid(url):
    schema = json.loads((SHARED / "slack" / "manifest" / "manifest.schema.2.0.0.json").read_text())
    jsonschema.validate(build_manifest(url=url), schema)


def test_import_contracts_hold():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_procfile_and_the_manifest_file_can_be_read():
    assert (ROOT / "Procfile").read_text() == "web: closebot run\n"
    assert yaml.safe_load((ROOT / "manifest.yml").read_text()) == build_manifest()


def test_constraints_name_versions_and_nothing_else():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in pinned if not re.fullmatch(r"[A-Za-z0-9._-]+==[\w.!+]+", line)] == []
    project = (ROOT / "pyproject.toml").read_text()
    asked = set(re.findall(r'^  "([a-z-]+)[>=<]', project, re.MULTILINE))
    assert asked - {line.split("==")[0].lower().replace("_", "-") for line in pinned} == set()


def test_every_dependency_has_its_reason():
    project = (ROOT / "pyproject.toml").read_text().split("[project.optional-dependencies]")[0]
    asked = re.findall(r'^  "([a-z-]+)[>=<]', project, re.MULTILINE)
    why = (ROOT / "CONTRIBUTING.md").read_text().split("## Dependencies")[1]
    assert [name for name in asked if name not in why] == []
