// The toolbar: one stop for Tab, arrows inside, and menus.
// https://www.w3.org/WAI/ARIA/apg/patterns/toolbar/

export function makeToolbar(toolbar, run) {
  const tools = () => [...toolbar.querySelectorAll("button.tool")].filter((tool) => !tool.closest(".in-table[hidden]"));
  if (/Mac|iPhone|iPad/.test(navigator.platform)) {
    for (const tool of tools()) tool.title = tool.title.replace("Ctrl", "⌘").replace("Alt", "⌥");
  }
  rove(tools(), tools()[0]);
  toolbar.addEventListener("keydown", (event) => move(event, toolbar, tools()));
  toolbar.addEventListener("focusin", (event) => event.target.matches("button.tool") && rove(tools(), event.target));
  toolbar.addEventListener("mousedown", (event) => event.target.closest("button") && event.preventDefault()); // the text keeps its selection
  toolbar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.menu) return toggle(button);
    close(toolbar);
    run(button.dataset.do, button.dataset.value);
  });
  toolbar.addEventListener(
    "pointerover",
    (event) => event.pointerType === "mouse" && event.target.closest("[role=menuitem]")?.focus(),
  ); // one choice at a time
  document.addEventListener("click", (event) => toolbar.contains(event.target) || close(toolbar));
  toolbar.hidden = false;
}

function rove(tools, chosen) {
  for (const tool of tools) tool.tabIndex = tool === chosen ? 0 : -1;
}

function move(event, toolbar, tools) {
  const menu = event.target.closest("[role=menu]");
  const list = menu ? [...menu.querySelectorAll("[role=menuitem]")] : tools;
  const [back, on] = menu ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  const at = list.indexOf(event.target);
  if (event.key === "Escape" && menu) {
    const opener = toolbar.querySelector(`[data-menu="${menu.id}"]`);
    close(toolbar);
    opener.focus();
  } else if (event.key === "Tab" && menu) {
    close(toolbar);
    return;
  } else if (event.key === "ArrowDown" && event.target.dataset.menu) {
    toggle(event.target, true);
  } else if (event.key === back || event.key === on) {
    list.at((at + (event.key === on ? 1 : -1)) % list.length).focus();
  } else if (event.key === "Home" || event.key === "End") {
    list.at(event.key === "Home" ? 0 : -1).focus();
  } else {
    return;
  }
  event.preventDefault();
}

function toggle(button, open = button.getAttribute("aria-expanded") !== "true") {
  close(button.closest(".toolbar"));
  button.setAttribute("aria-expanded", String(open));
  const menu = document.getElementById(button.dataset.menu);
  menu.hidden = !open;
  if (open) menu.querySelector("[role=menuitem]").focus();
}

function close(toolbar) {
  for (const button of toolbar.querySelectorAll("[data-menu]")) {
    button.setAttribute("aria-expanded", "false");
    document.getElementById(button.dataset.menu).hidden = true;
  }
}
