"""When Close is in trouble, the person reads one sentence in time and can try again."""

import pytest

from tests.workspace import open_workspace

AGAIN = "again"
TROUBLES = [
    ({"status": 503}, "Close has trouble right now"),
    ({"status": 500}, "Close has trouble right now"),
    ({"html": "<html><body>502 Bad Gateway</body></html>"}, "Close"),
    ({"cut": True}, "Close"),
    ({"drop": True}, "Close"),
    ({"status": 429, "headers": {"retry-after": "0"}}, "Close asks us to slow down"),
    ({"slow": 10}, "Close did not answer in time"),
]


@pytest.mark.parametrize(("fault", "said"), TROUBLES, ids=[str(one[0]) for one in TROUBLES])
async def test_a_lookup_ends_in_one_sentence_and_works_again(tmp_path, fault, said):
    async with open_workspace(tmp_path, "socket", patience=1.0) as workspace:
        ana = await workspace.connected("ana")
        workspace.close.faults.add(method="POST", path="/data/search/", times=1000, **fault)
        await ana.command("/close lead Globex")
        await workspace.read(ana, said, AGAIN)
        workspace.close.faults.clear()
        await ana.command("/close lead Globex")
        await workspace.read(ana, "Globex", "Contacts")
        assert workspace.slack.violations == []


@pytest.mark.parametrize(("fault", "said"), TROUBLES, ids=[str(one[0]) for one in TROUBLES])
async def test_connecting_keeps_the_form_and_says_what_to_do(tmp_path, fault, said):
    async with open_workspace(tmp_path, "socket", patience=0.6, grace=1.5) as workspace:
        ana = workspace.person("ana")
        await ana.command("/close connect")
        await workspace.slack.until(lambda: ana.modal)
        workspace.close.faults.add(method="GET", path="/me/", times=1000, **fault)
        await ana.fill("Close API key", workspace.close.keys["ana"])
        await ana.submit()
        await workspace.slack.until(lambda: AGAIN in ana.modal.errors.get("Close API key", ""))
        workspace.close.faults.clear()
        await ana.submit()
        await workspace.slack.until(lambda: "Connected" in ana.modal.title)
        assert workspace.slack.violations == []


async def test_a_close_that_is_down_is_told(tmp_path):
    async with open_workspace(tmp_path, "socket", patience=1.0) as workspace:
        ana = await workspace.connected("ana")
        await workspace.close.stop()
        await ana.command("/close lead Globex")
        await workspace.read(ana, "Close cannot be reached right now", AGAIN)


@pytest.mark.parametrize(
    "answer",
    ["[]", '"text"', "{}", '{"data": {}}', '{"data": [null]}', '{"data": [{"id": null}]}',
     '{"data": [{"id": "lead_1", "contacts": 7}]}', "nul", "[" * 100_000],
    ids=lambda answer: answer[:40],
)  # fmt: skip
async def test_nonsense_from_close_is_one_sentence(tmp_path, answer):
    async with open_workspace(tmp_path, "socket", patience=1.0) as workspace:
        ana = await workspace.connected("ana")
        workspace.close.faults.add(
            method="POST", path="/data/search/", times=1000, status=200, html=answer
        )
        await ana.command("/close lead Globex")
        await workspace.read(ana, "Close gave an answer that makes no sense", AGAIN)


async def test_a_refusal_by_role_says_whom_to_ask(workspace):
    ana = await workspace.connected("ana")
    workspace.close.faults.add(method="POST", path="/data/search/", status=403, times=1)
    await ana.command("/close lead Globex")
    await workspace.read(ana, "Your role in Close does not allow this", "Close admin")
