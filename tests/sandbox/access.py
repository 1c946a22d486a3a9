"""What people need who do not see the page: a name for each control, ids that lead somewhere."""

import re

CONTROLS = "button|textbox|combobox|link|tab|menuitem|checkbox|radio|option|dialog|spinbutton"
NAMELESS = re.compile(rf'^\s*- (?:{CONTROLS})\b(?! ")', re.MULTILINE)
BROKEN = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const lost = ["aria-labelledby", "aria-describedby", "for"].flatMap((name) =>
    [...document.querySelectorAll(`[${name}]`)].flatMap((one) =>
      one.getAttribute(name).split(/\\s+/).filter((id) => id && !document.getElementById(id))));
  const bare = [...document.images].filter((one) => !one.hasAttribute("alt")).map((one) => one.src);
  const named = [...document.querySelectorAll("[data-action]")].flatMap((one) =>
    [one, ...one.querySelectorAll("[aria-label]")]
      .map((part) => part.getAttribute("aria-label"))
      .filter((name) => name && name === one.dataset.action));
  return [...twice, ...lost, ...bare, ...named];
}"""


async def check_access(page):
    """Fail on a control without a name or with an id for one, and on ids that lead nowhere."""
    assert NAMELESS.findall(await page.locator("body").aria_snapshot()) == []
    assert await page.evaluate(BROKEN) == []
