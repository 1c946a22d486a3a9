"""The door of HTTP mode with the whole bot behind it."""

import json
import time
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier

from tests.workspace import open_workspace

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def knock(tmp_path):
    async with open_workspace(tmp_path, "http") as workspace, aiohttp.ClientSession() as session:
        verifier = SignatureVerifier(workspace.slack.signing_secret)

        async def send(body, kind=FORM, *, at=0, signed=True, **headers):
            stamp = str(int(time.time()) + at)
            signature = verifier.generate_signature(timestamp=stamp, body=body)
            sent = {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp} | headers
            if signed:
                sent["X-Slack-Signature"] = signature
            url = workspace.slack.request_url
            async with session.post(url, data=body.encode(), headers=sent) as answer:
                return answer.status, await answer.text()

        send.workspace = workspace
        yield send


def interaction(**more):
    return urlencode({"payload": json.dumps({"user": {"id": "U1"}, "team": {"id": "T1"}} | more)})


async def test_the_address_is_verified(knock):
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY"})
    status, text = await knock(body, "application/json")
    assert (status, json.loads(text)) == (200, {"challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY"})


@pytest.mark.parametrize("more", [{"signed": False}, {"at": -360}, {"at": 360}])
async def test_what_slack_did_not_sign_just_now_does_nothing(knock, more):
    command = {"command": "/close", "text": "connect", "user_id": "U1", "team_id": "T1"}
    before = len(knock.workspace.slack.log)
    status, _ = await knock(urlencode(command), **more)
    assert status == 401
    assert len(knock.workspace.bot.inflight) == 0
    assert len(knock.workspace.slack.log) == before


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (interaction(type="view_submission", view={"callback_id": "connect.save"}), FORM),
        (interaction(type="block_actions", actions="all"), FORM),
        (interaction(type="block_actions", actions=[{"action_id": 5, "type": "button"}]), FORM),
        (interaction(type="nonsense"), FORM),
        (urlencode({"command": "/close", "user_id": ""}), FORM),
        (urlencode({"payload": "[1]"}), FORM),
        (json.dumps([1, 2]), "application/json"),
        (json.dumps({"type": "event_callback", "event": 7}), "application/json"),
        ("a=1", "text/plain"),
    ],
)
async def test_a_signed_body_that_is_not_what_it_claims_is_a_400(knock, body, kind, caplog):
    status, _ = await knock(body, kind)
    assert status == 400
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("kind", ["interactive_message", "workflow_step_edit"])
async def test_what_is_of_no_use_here_is_acknowledged(knock, kind):
    assert (await knock(interaction(type=kind)))[0] == 200


@pytest.mark.parametrize("authorizations", ["x", [5], 5])
async def test_an_event_with_odd_parts_is_no_500(knock, authorizations):
    event = {
        "type": "event_callback",
        "team_id": "T1",
        "event": {"type": "app_mention", "user": "U1"},
        "authorizations": authorizations,
    }
    assert (await knock(json.dumps(event), "application/json"))[0] in (200, 400)
