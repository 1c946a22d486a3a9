"""Bring manifest.yml and the generated parts of README.md in step with the code.

Run by `make fix`; a test fails when it would change anything.
"""

import re
from pathlib import Path

import yaml

from closebot.manifest import SCOPES, build_manifest, declared

ROOT = Path(__file__).resolve().parent.parent
HEAD = "# Drawn from the code by `make fix`; `closebot manifest` prints one for your deployment.\n"


def command_table() -> str:
    """Draw the table of commands."""
    rows = ["| command | does |", "|---|---|"]
    for one in declared("command"):
        usage = one.usage.replace("|", "\\|")
        rows.append(f"| `/close {usage}` | {one.help} |")
    return "\n".join(rows)


def scope_table() -> str:
    """Draw the table of Slack scopes."""
    rows = ["| scope | why |", "|---|---|"]
    rows += [f"| `{scope}` | {reason} |" for scope, reason in SCOPES.items()]
    return "\n".join(rows)


def drawn() -> dict[Path, str]:
    """Return each generated file with what it should hold."""
    readme = (ROOT / "README.md").read_text()
    for name, table in (("commands", command_table()), ("scopes", scope_table())):
        readme = re.sub(
            rf"(<!-- {name}: generated -->\n).*?(<!-- /{name} -->)",
            lambda found, table=table: f"{found[1]}{table}\n{found[2]}",
            readme,
            flags=re.DOTALL,
        )
    manifest = HEAD + yaml.safe_dump(build_manifest(), sort_keys=False, allow_unicode=True)
    return {ROOT / "README.md": readme, ROOT / "manifest.yml": manifest}


if __name__ == "__main__":
    for path, text in drawn().items():
        path.write_text(text)
