"""`/close allow`, and what is refused where others read along."""

import pytest


async def share_globex(workspace, person, channel):
    await person.command("/close lead Globex", channel=channel)
    await workspace.slack.until(
        lambda: (last := person.last(channel)) and "Share here" in last.buttons
    )
    await person.click("Share here", channel=channel)


async def test_an_admin_allows_a_shared_channel_and_takes_it_back(workspace):
    ana, mia = await workspace.connected("ana"), workspace.person("mia")
    olga = workspace.person("olga")
    await share_globex(workspace, ana, "ext-fabrikam")
    await workspace.read(ana, "shared with another company", "/close allow", channel="ext-fabrikam")
    assert olga.messages("ext-fabrikam") == []
    await mia.command("/close allow", channel="ext-fabrikam")
    said = await workspace.read(mia, "Allowed", "/close allow off", channel="ext-fabrikam")
    assert said.ephemeral
    await share_globex(workspace, ana, "ext-fabrikam")
    await workspace.read(olga, "Globex", "Ana Novak shared a lead", channel="ext-fabrikam")
    await mia.command("/close allow OFF", channel="ext-fabrikam")
    await workspace.read(mia, "No longer allowed", channel="ext-fabrikam")
    await share_globex(workspace, ana, "ext-fabrikam")
    await workspace.read(ana, "shared with another company", channel="ext-fabrikam")
    assert len(olga.messages("ext-fabrikam")) == 1
    assert workspace.slack.violations == []


async def test_an_admin_allows_a_channel_with_guests(workspace):
    ana, mia, gil = (
        await workspace.connected("ana"),
        workspace.person("mia"),
        workspace.person("gil"),
    )
    await share_globex(workspace, ana, "design")
    await workspace.read(ana, "Guests of this Slack read along", "/close allow", channel="design")
    assert gil.messages("design") == []
    await mia.command("/close allow", channel="design")
    await workspace.read(mia, "Allowed", "guests in this channel read too", channel="design")
    await share_globex(workspace, ana, "design")
    await workspace.read(gil, "Globex", "Ana Novak shared a lead", channel="design")
    assert workspace.slack.violations == []


async def test_a_link_is_left_alone_where_guests_read(workspace):
    ana = await workspace.connected("ana")
    lead = next(one for one in workspace.close.leads.values() if "Globex" in one["name"])
    await ana.say(f"https://app.close.com/lead/{lead['id']}/", channel="design")
    await workspace.bot.inflight.drain(5)
    assert not any(one.name == "chat.unfurl" for one in workspace.slack.log)


async def test_whoever_is_no_admin_allows_nothing(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close allow", channel="ext-fabrikam")
    await workspace.read(ana, "only an admin of this Slack", channel="ext-fabrikam")
    await share_globex(workspace, ana, "ext-fabrikam")
    await workspace.read(ana, "shared with another company", channel="ext-fabrikam")


@pytest.mark.parametrize(
    ("channel", "words", "said"),
    [
        ("sales", "", "is nothing to allow"),
        ("sales", "off", "was not allowed"),
        ("sales", "Globex", "takes no words but"),
        ("dm", "", "cannot be allowed"),
    ],
)
async def test_what_cannot_be_allowed_is_told(workspace, channel, words, said):
    mia = workspace.person("mia")
    await mia.command(f"/close allow {words}", channel=channel)
    await workspace.read(mia, said, channel=channel)


async def test_a_private_channel_is_read_as_soon_as_the_bot_is_invited(workspace):
    ana, mia = await workspace.connected("ana"), workspace.person("mia")
    members = workspace.slack.channel("deal-desk").members
    bot = workspace.slack.user("bot").id
    members.discard(bot)
    await share_globex(workspace, ana, "deal-desk")
    await workspace.read(ana, "/invite @closebot", channel="deal-desk")
    members.add(bot)
    await share_globex(workspace, ana, "deal-desk")
    await workspace.read(mia, "Globex", "Ana Novak shared a lead", channel="deal-desk")


async def test_an_opportunity_is_made_also_where_its_card_may_not_be_shown(workspace):
    ana, olga = await workspace.connected("ana"), workspace.person("olga")
    await ana.command("/close opp new Globex", channel="ext-fabrikam")
    await workspace.slack.until(lambda: ana.modal and "Lead" in ana.modal.labels)
    before = len(workspace.close.opportunities)
    await ana.fill("Value", "5k")
    await ana.choose("Show the card to", "Everybody here")
    await ana.submit()
    said = await workspace.read(
        ana, "Globex", "Only you see this card", "another company", channel="ext-fabrikam"
    )
    assert said.ephemeral
    assert olga.messages("ext-fabrikam") == []
    assert len(workspace.close.opportunities) == before + 1


async def test_a_channel_is_told_of_nothing_where_another_company_reads(workspace):
    ana, olga = await workspace.connected("ana"), workspace.person("olga")
    await ana.command("/close opps", channel="ext-fabrikam")
    await workspace.read(ana, "Your open opportunities", channel="ext-fabrikam")
    await ana.click("View", row="Acme Corporation: $12,500.50", channel="ext-fabrikam")
    await workspace.read(ana, "Value  $12,500.50 one-time", channel="ext-fabrikam")
    await ana.click("Won", channel="ext-fabrikam")
    await workspace.read(ana, "You marked this as won", channel="ext-fabrikam")
    await ana.click("Tell the channel", channel="ext-fabrikam")
    await workspace.read(ana, "shared with another company", channel="ext-fabrikam")
    assert olga.messages("ext-fabrikam") == []


async def test_a_stranger_who_clicks_learns_nothing(workspace):
    olga = workspace.person("olga")
    await olga.command("/close lead Globex", channel="ext-fabrikam")
    said = await workspace.read(olga, "only for people of the company", channel="ext-fabrikam")
    assert said.ephemeral
    assert workspace.close.requests == []
