// The Node peer: Bolt for JavaScript with its HTTPReceiver. Usage: node peer.mjs <port>
import bolt from "@slack/bolt";

const { App, HTTPReceiver, LogLevel } = bolt;
const { CLOSE_API_URL, SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET } = process.env;

const receiver = new HTTPReceiver({ signingSecret: SLACK_SIGNING_SECRET, logLevel: LogLevel.ERROR });
const app = new App({
  token: SLACK_BOT_TOKEN,
  receiver,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: SLACK_API_URL },
});

const SEARCH = {
  query: {
    type: "and",
    queries: [
      { type: "object_type", object_type: "lead" },
      { type: "text", mode: "full_words", value: "Acme Corporation" },
    ],
  },
  _fields: { lead: ["id", "display_name", "status_label", "contacts", "opportunities"] },
  _limit: 10,
};
const AUTH = `Basic ${Buffer.from("api_bench.key:").toString("base64")}`;

const escape = (text) =>
  String(text ?? "").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const line = (text) => ({ type: "section", text: { type: "mrkdwn", text } });

function draw(answer) {
  const lead = answer.data[0];
  const blocks = [
    { type: "header", text: { type: "plain_text", text: lead.display_name.slice(0, 150) } },
    line(`*Status*  ${escape(lead.status_label)}`),
  ];
  for (const one of (lead.contacts ?? []).slice(0, 3)) {
    const ways = [...one.emails.map((way) => way.email), ...one.phones.map((way) => way.phone)];
    blocks.push(line(`*${escape(one.display_name)}*  ${escape(ways.join(", "))}`));
  }
  for (const one of (lead.opportunities ?? []).slice(0, 3)) {
    blocks.push(line(`${escape(one.value_formatted)}  ${escape(one.status_label)}`));
  }
  const acts = ["Add note", "New task", "New opportunity", "Log call", "Share here"];
  const elements = acts.map((act, number) => ({
    type: "button",
    text: { type: "plain_text", text: act },
    action_id: `act_${number}`,
    value: lead.id,
  }));
  blocks.push({ type: "actions", elements });
  return { response_type: "ephemeral", text: escape(lead.display_name), blocks };
}

app.command("/close", async ({ ack, respond }) => {
  await ack();
  const answer = await fetch(`${CLOSE_API_URL}data/search/`, {
    method: "POST",
    headers: { Authorization: AUTH, "Content-Type": "application/json" },
    body: JSON.stringify(SEARCH),
  });
  await respond(draw(await answer.json()));
});

await app.start({ port: Number(process.argv[2]), host: "127.0.0.1" });
