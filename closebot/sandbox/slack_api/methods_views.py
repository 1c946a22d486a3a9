"""The Web API about views, and the check of blocks."""

from closebot.sandbox.slack_api.blocks import check_message, check_view
from closebot.sandbox.slack_api.content import read_view
from closebot.sandbox.slack_api.faults import Refused
from closebot.sandbox.slack_api.methods_people import find_user
from closebot.sandbox.slack_api.payloads import view_body
from closebot.sandbox.slack_api.records import Json
from closebot.sandbox.slack_api.web_api import Call, Method


def open_view(call: Call) -> Json:
    body = read_view(call.arguments.get("view"))
    return {"view": view_body(call.state, call.views.open(call.text("trigger_id"), body))}


def push_view(call: Call) -> Json:
    body = read_view(call.arguments.get("view"))
    return {"view": view_body(call.state, call.views.push(call.text("trigger_id"), body))}


def update_view(call: Call) -> Json:
    body = read_view(call.arguments.get("view"), ("modal", "home"))
    view = call.views.find(call.text("view_id"), call.text("external_id"))
    call.views.replace(view, body, call.text("hash"))
    return {"view": view_body(call.state, view)}


def publish_view(call: Call) -> Json:
    body = read_view(call.arguments.get("view"), ("home",))
    user = find_user(call.state, call.text("user_id"))
    return {"view": view_body(call.state, call.views.publish(user, body, call.text("hash")))}


def validate_blocks(call: Call) -> Json:
    given = [name for name in ("blocks", "message", "view") if call.arguments.get(name) is not None]
    if len(given) != 1:
        raise Refused("invalid_arguments", "exactly one of blocks, message and view")
    what = call.arguments[given[0]]
    if given == ["view"]:
        problems = check_view(what)
    else:
        blocks = what.get("blocks") if given == ["message"] and isinstance(what, dict) else what
        problems = check_message(blocks)
    if problems:
        raise Refused("invalid_blocks", errors=[problem.shown() for problem in problems])
    return {}


METHODS: dict[str, Method] = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish_view,
    "blocks.validate": validate_blocks,
}
