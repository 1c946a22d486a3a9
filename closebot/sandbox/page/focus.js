// Where the keyboard stands in what is drawn anew: the same element, and the same place in its text.

/** Say where it is within `box`; null where it is elsewhere. */
export function whereFocusIs(box) {
  const field = document.activeElement;
  const holder = box.contains(field) ? field.closest("[data-action]") : null;
  if (!holder) return null;
  const { block, action } = holder.dataset;
  return { block, action, from: field.selectionStart, to: field.selectionEnd };
}

/** Bring it back to where it was; says whether that is still there. */
export function restoreFocus(box, { block, action, from, to }) {
  const holder = [...box.querySelectorAll("[data-action]")].find(
    (one) => one.dataset.block === block && one.dataset.action === action,
  );
  const field = holder?.matches("input, textarea, button, a")
    ? holder
    : holder?.querySelector("input, textarea, button");
  if (!field) return false;
  field.focus({ preventScroll: true });
  if (Number.isInteger(from) && ["text", "textarea"].includes(field.type)) field.setSelectionRange(from, to);
  return true;
}
