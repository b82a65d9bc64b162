// On narrow screens the chats and the petition site are drawers; on wide ones they are always there.

import { byId } from "./dom.js";

const DRAWERS = [
  { panel: "chats", button: "show-chats" },
  { panel: "site", button: "show-site" },
];

export function setUpPanels() {
  const set = (drawer, open) => {
    byId(drawer.panel).classList.toggle("open", open);
    byId(drawer.button).setAttribute("aria-expanded", String(open));
    byId("veil").hidden = !DRAWERS.some(({ panel }) => byId(panel).classList.contains("open"));
  };
  const closeAll = () => DRAWERS.forEach((drawer) => set(drawer, false));
  for (const drawer of DRAWERS) {
    byId(drawer.button).addEventListener("click", () => {
      const open = !byId(drawer.panel).classList.contains("open");
      closeAll();
      set(drawer, open);
    });
  }
  byId("veil").addEventListener("click", closeAll);
  const menu = byId("chat-menu");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    closeAll();
    menu.open = false;
  });
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
  return { closeAll };
}
