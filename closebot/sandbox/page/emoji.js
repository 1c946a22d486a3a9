// A handful of Slack's emoji names; others are shown as they were written.

export const EMOJI = new Map(Object.entries({
  "+1": "👍", "-1": "👎", alarm_clock: "⏰", arrow_right: "➡️", arrows_counterclockwise: "🔄",
  bar_chart: "📊", bell: "🔔", bulb: "💡", busts_in_silhouette: "👥", calendar: "📆",
  chart_with_upwards_trend: "📈", clap: "👏", clipboard: "📋", clock9: "🕘", date: "📅",
  email: "✉️", exclamation: "❗", eyes: "👀", fire: "🔥", gear: "⚙️", handshake: "🤝",
  heavy_check_mark: "✔️", hourglass: "⌛", hourglass_flowing_sand: "⏳", house: "🏠",
  inbox_tray: "📥", information_source: "ℹ️", key: "🔑", link: "🔗", lock: "🔒", mag: "🔍",
  memo: "📝", moneybag: "💰", no_entry: "⛔", office: "🏢", outbox_tray: "📤", pencil2: "✏️",
  phone: "☎️", point_right: "👉", pushpin: "📌", question: "❓", red_circle: "🔴", rocket: "🚀",
  slightly_smiling_face: "🙂", smile: "😄", sparkles: "✨", star: "⭐", tada: "🎉",
  telephone_receiver: "📞", trophy: "🏆", warning: "⚠️", wave: "👋", wastebasket: "🗑️",
  white_check_mark: "✅", x: "❌", zap: "⚡", zzz: "💤",
}));

/** Replace `:name:` in plain text by what it stands for. */
export function drawEmoji(text) {
  return text.replace(/:([a-z0-9_+'-]+):/g, (whole, name) => EMOJI.get(name) ?? whole);
}
