// Links into Close. This Close is not the real one, so the demo shows itself what they lead to.

const HOST = /^app\.close\.(?:com|io)$/;
const KEYS = /^\/settings\/(?:developer|api)\b/;
const RECORD = /\b(?:cont|oppo)_[0-9A-Za-z]+/;
const LEAD = /\blead_[0-9A-Za-z]+/;

/** Read an address: `{lead}` (a lead, or what belongs to one), `{keys: true}` or `{}` for Close's pages; null for others. */
export function readCloseLink(address) {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !HOST.test(url.hostname)) return null;
  if (KEYS.test(url.pathname)) return { keys: true };
  const words = url.pathname + url.search + url.hash;
  const [lead] = LEAD.exec(words) ?? RECORD.exec(words) ?? [];
  return lead ? { lead } : {};
}

/** Call `follow(what)` for each link into Close that is clicked, also with a key held or the middle button. */
export function catchCloseLinks(follow) {
  const onlink = (event) => {
    const what = readCloseLink(event.target.closest?.("a[href]")?.href ?? "");
    if (!what || event.button > 1) return;
    event.preventDefault();
    follow(what);
  };
  document.addEventListener("click", onlink);
  document.addEventListener("auxclick", onlink);
}
