// Lists that open above everything else: menus and the choices of a select.

import { h, linked } from "./dom.js";

const GAP = 4;
const EDGE = 8;
const LEAST = 240; // a list of choices is as wide as its field, but no narrower

let closeOpen = null;

/** Close whatever is open, before what it belongs to is drawn anew. */
export function closePopup() {
  closeOpen?.();
}

/** Open `list` beside `anchor`; it closes on a click elsewhere, and when `anchor` goes away. Returns `close`. */
export function openBeside(anchor, list, onclose) {
  closePopup();
  list.setAttribute("popover", "manual");
  anchor.closest("dialog, body").append(list);
  list.showPopover();
  place(anchor, list);
  const close = () => {
    if (!list.isConnected) return;
    if (closeOpen === close) closeOpen = null;
    gone.disconnect();
    document.removeEventListener("pointerdown", onelsewhere, true);
    document.removeEventListener("keydown", onkey);
    document.removeEventListener("scroll", onscroll, true);
    window.removeEventListener("resize", close);
    list.remove();
    onclose?.();
  };
  const onelsewhere = (event) => {
    if (!list.contains(event.target) && !anchor.contains(event.target)) close();
  };
  const onscroll = (event) => {
    if (event.target !== list && !list.contains(event.target)) place(anchor, list);
  };
  // Whatever has the focus by now: where the anchor was, there may be none.
  const onkey = (event) => {
    if (event.key !== "Escape") return;
    close();
    event.preventDefault();
  };
  const gone = new MutationObserver(() => anchor.isConnected || close());
  gone.observe(document.body, { childList: true, subtree: true });
  document.addEventListener("pointerdown", onelsewhere, true);
  document.addEventListener("keydown", onkey);
  document.addEventListener("scroll", onscroll, true);
  window.addEventListener("resize", close);
  closeOpen = close;
  return close;
}

function place(anchor, list) {
  const box = anchor.getBoundingClientRect();
  const room = window.innerHeight - box.bottom - GAP - EDGE;
  list.style.minWidth = `${Math.min(box.width, window.innerWidth - 2 * EDGE)}px`;
  if (list.getAttribute("role") === "listbox") list.style.width = `${Math.max(box.width, LEAST)}px`;
  const { height, width } = list.getBoundingClientRect();
  const above = height > room && box.top > room;
  const top = above ? box.top - GAP - height : box.bottom + GAP;
  list.style.top = `${Math.max(EDGE, top)}px`;
  list.style.left = `${Math.max(EDGE, Math.min(box.left, window.innerWidth - width - EDGE))}px`;
}

/** Open a menu of `entries` ({text, more?, choose, address?}) and put the focus into it. */
export function openMenu(anchor, entries) {
  const items = entries.map((entry) => {
    const to = entry.address ? linked(entry.address) : null;
    return h(
      to ? "a" : "button",
      {
        class: "menu-item",
        role: "menuitem",
        tabindex: "-1",
        type: to ? null : "button",
        ...to,
        onclick: () => {
          close();
          anchor.focus();
          entry.choose();
        },
      },
      h("span", {}, entry.text),
      entry.more ? h("span", { class: "menu-more" }, entry.more) : null,
    );
  });
  const menu = h("div", { class: "menu", role: "menu", onkeydown: onkey }, items);
  const close = openBeside(anchor, menu, () => anchor.setAttribute("aria-expanded", "false"));
  anchor.setAttribute("aria-expanded", "true");
  items[0]?.focus();

  function onkey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const now = items.indexOf(document.activeElement);
      items[(now + step + items.length) % items.length].focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      close();
      anchor.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
