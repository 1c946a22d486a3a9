"""Messages and modals as a person sees them: a snapshot, in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from closebot.sandbox.slack_api.records import Json, Post, View
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.values import elements_of, options_of
from closebot.sandbox.slack_api.visible import button_words, read_blocks, read_mrkdwn, read_text


@dataclass(frozen=True)
class Message:
    """A message as somebody saw it. `text` is every word of it that can be read."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(repr=False)
    buttons: list[str]
    ephemeral: bool
    thread_ts: str


@dataclass(frozen=True)
class Modal:
    """A modal (or a home tab) as somebody saw it. Fields are named by their labels."""

    title: str
    texts: list[str]
    labels: list[str]
    values: dict[str, Any]
    errors: dict[str, str]
    buttons: list[str]
    submit_text: str
    view: View = field(repr=False)


def name_reader(state: State) -> Callable[[str], str]:
    """Return what turns the id of a person or a channel into a name."""

    def name_of(name: str) -> str:
        if name in state.users:
            return state.users[name].real_name
        return state.conversations[name].name if name in state.conversations else name

    return name_of


def show_message(state: State, post: Post) -> Message:
    """Show a message."""
    name_of = name_reader(state)
    lines = read_blocks(post.blocks, name_of) or [read_mrkdwn(post.text, name_of)]
    for attachment in [*post.attachments, *post.unfurls.values()]:
        lines += [read_text(attachment.get(key), name_of) for key in ("pretext", "title", "text")]
        lines += read_blocks(attachment.get("blocks") or [], name_of)
    return Message(
        ts=post.ts,
        channel=state.conversations[post.channel].key,
        user=post.user,
        text="\n".join(line for line in lines if line),
        blocks=post.shown_blocks,
        buttons=button_words(post.shown_blocks, name_of),
        ephemeral=bool(post.audience),
        thread_ts=post.thread_ts,
    )


def show_view(state: State, view: View) -> Modal:
    """Show a modal or a home tab."""
    name_of = name_reader(state)
    labels = {block["block_id"]: label_of(block) for block in view.blocks}
    values = {}
    for block in view.blocks:
        for element in elements_of(block):
            held = view.values.get(block["block_id"], {}).get(element.get("action_id", ""))
            if held is not None:
                values[label_of(block)] = _value_of(held)
    title = read_text(view.body.get("title"), name_of)
    texts = [title, *read_blocks(view.blocks, name_of), *view.errors.values()]
    return Modal(
        title=title,
        texts=[text for text in texts if text],
        labels=[label_of(block) for block in view.blocks if block["type"] == "input"],
        values=values,
        errors={labels.get(name, name): text for name, text in view.errors.items()},
        buttons=button_words(view.blocks, name_of),
        submit_text=read_text(view.body.get("submit"), name_of),
        view=view,
    )


def label_of(block: Json) -> str:
    """Return what a field is called: its label, or the words beside it."""
    return read_text(block.get("label") or block.get("text")) or str(block["block_id"])


def _value_of(state: Json) -> Any:
    value = next(value for key, value in state.items() if key != "type")
    if isinstance(value, dict) and "text" in value:
        return read_text(value["text"])
    if isinstance(value, list):
        return [read_text(one["text"]) if isinstance(one, dict) else one for one in value]
    return value


def words_of_options(element: Json) -> dict[str, Json]:
    """Return an element's options by their visible words."""
    return {read_text(option["text"]): option for option in options_of(element)}


def options_in(menu: Json, group: str = "") -> list[Json]:
    """Return the options of an element or a suggestion, or those under one heading."""
    groups = menu.get("option_groups") or []
    if not group:
        return options_of(menu)
    return [one for each in groups if read_text(each["label"]) == group for one in each["options"]]


def in_row(blocks: list[Json], row: str | None) -> Iterator[tuple[Json, Json]]:
    """Go through the elements of all blocks, or of those that belong to a row."""
    above = False
    for block in blocks:
        mine = row is None or row in " ".join(read_blocks([block]))
        if mine or (above and block["type"] == "actions"):
            for element in elements_of(block):
                yield block, element
        above = mine


def find_words(element: Json, words: str, seen: list[str]) -> Json | None:
    """Return the option that carries these words, a button itself; None where there is none."""
    if element["type"] in {"button", "workflow_button"}:
        said = read_text(element["text"])
        seen.append(said)
        return {} if said == words else None
    options = words_of_options(element)
    seen.extend(options)
    return options.get(words)
