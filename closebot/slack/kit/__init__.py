"""Block Kit as plain functions, and the one place where outside text is escaped and clipped.

Rules of the house for text that people or the CRM supplied:

- in `mrkdwn` it is escaped (`& < >`), in `plain_text` and `rich_text` it is passed as it is,
  since Slack does not interpret control sequences there;
- it is clipped to the limit of the place where it stands, counted in code points of the *escaped*
  form, so that no entity is ever cut in half;
- where it must be shown literally, use `rich_text` or `row`: mrkdwn would read `*_~` as style.

Limits: https://docs.slack.dev/reference/block-kit/blocks and
https://docs.slack.dev/reference/block-kit/composition-objects.
Escaping: https://docs.slack.dev/messaging/formatting-message-text.
"""

from closebot.slack.kit.blocks import (
    actions,
    button,
    confirm,
    context,
    divider,
    header,
    message,
    modal,
    row,
    section,
    select,
    sentence,
    text_input,
)
from closebot.slack.kit.charts import bar_chart
from closebot.slack.kit.inputs import (
    Choice,
    datepicker,
    external_select,
    field,
    grouped_menu,
    menu,
    multi_menu,
    option,
    options,
    overflow,
    radio,
)
from closebot.slack.kit.rich import bullets, code, line, link, quoted, read_words, rich, words
from closebot.slack.kit.texts import (
    BUTTON,
    CONTEXT,
    HEADER,
    LABEL,
    LINK,
    MESSAGE,
    MOST_MESSAGE_BLOCKS,
    MOST_OPTIONS,
    MOST_VIEW_BLOCKS,
    OPTION,
    OPTION_VALUE,
    SECTION,
    TITLE,
    Json,
    clip,
    escape,
    label,
    mrkdwn,
    plain,
    quote,
    read_typed,
    say_plainly,
)

__all__ = [
    "BUTTON",
    "CONTEXT",
    "HEADER",
    "LABEL",
    "LINK",
    "MESSAGE",
    "MOST_MESSAGE_BLOCKS",
    "MOST_OPTIONS",
    "MOST_VIEW_BLOCKS",
    "OPTION",
    "OPTION_VALUE",
    "SECTION",
    "TITLE",
    "Choice",
    "Json",
    "actions",
    "bar_chart",
    "bullets",
    "button",
    "clip",
    "code",
    "confirm",
    "context",
    "datepicker",
    "divider",
    "escape",
    "external_select",
    "field",
    "grouped_menu",
    "header",
    "label",
    "line",
    "link",
    "menu",
    "message",
    "modal",
    "mrkdwn",
    "multi_menu",
    "option",
    "options",
    "overflow",
    "plain",
    "quote",
    "quoted",
    "radio",
    "read_typed",
    "read_words",
    "rich",
    "row",
    "say_plainly",
    "section",
    "select",
    "sentence",
    "text_input",
    "words",
]
