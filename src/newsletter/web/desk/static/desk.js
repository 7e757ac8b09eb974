// Keeps the open page true: when a file is saved, the page is asked for again, and the
// parts marked data-live are replaced where they differ. Without this script the desk
// still works; one only reloads by hand.

const live = document.querySelector("#live");
const liveText = document.querySelector("#live-text");

function say(state, text) {
  live.dataset.state = state;
  liveText.textContent = text;
}

// --- asking for the page again -------------------------------------------------------

let asked = 0;
let wanted = location.href; // not always where the page is: a click may be on its way

// `replace` leaves the way back as it was: for what follows the keyboard or the clock.
export async function show(address = wanted, how = {}) {
  wanted = address;
  const mine = ++asked;
  let answer;
  let text;
  try {
    answer = await fetch(address, { headers: { Accept: "text/html" } });
    text = await answer.text();
  } catch {
    document.dispatchEvent(new Event("desk:unanswered")); // that the desk has gone, the event stream tells
    return;
  }
  const fresh = new DOMParser().parseFromString(text, "text/html");
  if (mine !== asked) return; // a later question was asked meanwhile
  if (answer.redirected) wanted = answer.url;
  draw(fresh, wanted, how);
}

// `saved` shows the mail where it was changed; `news` is what nobody asked for.
function draw(fresh, address, { saved = false, replace = false, news = false } = {}) {
  if (new URL(address, location.href).pathname !== location.pathname) {
    location.assign(address); // another page altogether
    return;
  }
  if (page(address) !== page(location.href)) history[replace ? "replaceState" : "pushState"](null, "", address);
  document.title = fresh.title;
  document.body.dataset.asOf = fresh.body.dataset.asOf;
  const giveBack = keyboard(document.activeElement);
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.getElementById(part.id);
    if (other === null) {
      location.assign(address); // the page has become another one
      return;
    }
    if (news && refuses(part)) continue; // it may not have been read yet
    if (!part.isEqualNode(other)) exchange(part, other, saved);
  }
  giveBack();
  drawn();
}

const page = (address) => new URL(address, location.href).href.split("#")[0];
const refuses = (part) => part.id === "notice" && part.querySelector(".mistake") !== null;

function drawn() {
  fit();
  document.dispatchEvent(new Event("desk:drawn")); // for scripts of single pages
}

function exchange(part, other, saved) {
  const before = part.querySelector(".device iframe.mail");
  const after = other.querySelector(".device iframe.mail");
  // Only a device that stands right in its part can stay while all around it is exchanged.
  if (before && after && before.closest(".device").parentElement === part) {
    swapMail(part, other, before, after, saved);
  } else {
    keep(part, other);
    become(part, other);
    part.replaceChildren(...document.adoptNode(other).childNodes);
  }
}

// A part itself stays, so that what is said in it is read aloud: a status that comes with its words is not.
function become(part, other) {
  for (const name of part.getAttributeNames()) if (!other.hasAttribute(name)) part.removeAttribute(name);
  for (const name of other.getAttributeNames()) part.setAttribute(name, other.getAttribute(name));
}

// What was unfolded stays unfolded, and what was typed, ticked or chosen and not yet sent stays so.
function keep(part, other) {
  for (const open of part.querySelectorAll("details[id][open]")) other.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute("open", "");
  for (const field of part.querySelectorAll(":is(input, textarea, select)[id]")) {
    const same = differs(field) && counterpart(field, other);
    if (same) carry(field, same);
  }
}

// A tick belongs to what it stands for, wherever in a list that is by now.
function counterpart(field, other) {
  if (!isTick(field)) return other.querySelector(`#${CSS.escape(field.id)}`);
  const same = [...other.querySelectorAll(`input[type="${field.type}"]`)].filter((each) => each.name === field.name && each.value === field.value);
  return same.length > 1 ? same.find((each) => each.id === field.id) : same[0];
}

// Where the desk itself says something else by now, that counts.
function carry(field, same) {
  if (field.type === "file") same.files = field.files;
  else if (isTick(field)) {
    if (same.defaultChecked === field.defaultChecked) same.checked = field.checked;
  } else if (field.options) {
    const isOffered = [...same.options].some((option) => option.value === field.value);
    if (isOffered && preset(same) === preset(field)) same.value = field.value;
  } else if (same.defaultValue === field.defaultValue) same.value = field.value;
}

// --- where the keyboard is -------------------------------------------------------------

// What has the focus may be gone from the fresh page, or sleep while its form is under way, and
// without any the keyboard begins again at the top. What this returns finds the heir: the same
// one, the one that it names, the heading of its part, or what was just said.
function keyboard(held) {
  const part = held.closest("[data-live]")?.id;
  return () => {
    if (held === document.body || document.activeElement !== document.body) return;
    const named = [held.id, held.dataset.then].filter(Boolean).map((id) => document.getElementById(id));
    const said = [part, "notice"].filter(Boolean).map((id) => document.querySelector(`#${id} [tabindex="-1"]`));
    for (const heir of [held, ...named, ...said, document.querySelector("#main")]) {
      heir?.focus();
      if (document.activeElement !== document.body) return;
    }
  };
}

// The old mail stays in sight until the new one has been drawn, so that nothing flashes.
function swapMail(part, other, before, after, saved) {
  become(part, other);
  const screen = before.closest(".screen");
  const device = before.closest(".device");
  screen.dataset.width = after.closest(".screen").dataset.width;
  // All but the frame itself is simply what the new page has.
  const fresh = [...document.adoptNode(other).children].map((child) => (child.contains(after) ? device : child));
  for (const child of [...part.children]) if (child !== device) child.remove();
  device.before(...fresh.slice(0, fresh.indexOf(device)));
  device.after(...fresh.slice(fresh.indexOf(device) + 1));
  for (const waiting of screen.querySelectorAll("iframe.incoming")) waiting.remove();
  const current = screen.querySelector("iframe.mail");
  const [shown, address] = [current, after].map((frame) => frame.getAttribute("src").split("#")[0]);
  if (shown === address) return;
  if (saved) after.src = `${address}#changed`; // the new mail begins where it was changed
  after.classList.add("incoming");
  after.addEventListener("load", () => {
    after.classList.remove("incoming");
    for (const frame of screen.querySelectorAll("iframe.mail")) if (frame !== after) frame.remove();
  });
  screen.append(after);
}

// --- a wide mail on a narrow screen is shown smaller, as mail programs do ------------

function fit() {
  for (const screen of document.querySelectorAll(".screen[data-width]")) {
    const frame = screen.closest(".device");
    const room = screen.closest(".show").clientWidth - (frame ? frame.offsetWidth - frame.clientWidth : 2);
    const width = Number(screen.dataset.width);
    screen.style.setProperty("--mail-width", `${width}px`);
    const scale = Math.min(1, room / width);
    screen.style.setProperty("--scale", String(scale));
    if (screen.dataset.tall) screen.style.setProperty("--tall", `${screen.dataset.tall * scale}px`);
  }
}

// --- switches, without a whole new page ----------------------------------------------

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-swap]");
  if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  show(link.href);
});

// Who finds a choice by typing its name goes through others on the way: it counts when the keys rest.
const RESTED = 400; // milliseconds
let typedAt = -RESTED;
let choosing;

document.addEventListener("keydown", () => (typedAt = performance.now()));
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-choose]");
  if (!form) return;
  clearTimeout(choosing);
  choosing = setTimeout(() => {
    const chosen = [...new FormData(form)].filter(([, value]) => value !== "");
    show(`${form.action}?${new URLSearchParams(chosen)}`);
  }, Math.max(0, typedAt + RESTED - performance.now()));
});
addEventListener("popstate", () => page(wanted) !== page(location.href) && show(location.href)); // within a page, the browser finds the way

// A field may be changed before a script has come to listen. Each script calls this for its
// own forms when it begins; what the browser itself put in after Back or Reload is no news.
export function catchUp(selector) {
  if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") return;
  for (const field of document.querySelectorAll(`${selector} :is(input, select, textarea)`)) {
    if (!differs(field)) continue;
    for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  }
}

function differs(field) {
  if (field.type === "file") return field.files.length > 0;
  if (isTick(field)) return field.checked !== field.defaultChecked;
  return field.value !== (field.options ? preset(field) : field.defaultValue);
}

const isTick = (field) => field.type === "checkbox" || field.type === "radio";

// What a menu shows before anybody chooses.
const preset = (menu) => ([...menu.options].find((option) => option.defaultSelected) ?? menu.options[0])?.value;

addEventListener("resize", fit);

// --- forms marked data-swap, without a whole new page -----------------------------------

let posting = 0;
let missed = false; // whether there was news meanwhile

// For what comes by itself. While a form is under way it waits: the answer draws the page, too, and
// alone knows what is to be said, or where to go. Tells whether the page was asked for again.
export async function refresh(options) {
  missed = posting > 0;
  if (!missed) await show(wanted, { ...options, news: true });
  return !missed;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-swap]")) return;
  event.preventDefault();
  const button = event.submitter;
  const fields = new FormData(form, button);
  const giveBack = keyboard(document.activeElement === document.body ? form : document.activeElement);
  if (button) button.disabled = true;
  const mine = ++asked;
  posting += 1;
  try {
    const answer = await fetch(button?.hasAttribute("formaction") ? button.formAction : form.action, { method: "POST", body: fields, headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.redirected) wanted = answer.url;
    if (mine !== asked) show();
    else if (answer.redirected) {
      if (form.closest("[data-live]")) form.reset(); // what was typed has been taken
      draw(fresh, answer.url);
    }
    else refuse(fresh);
  } catch {
    // the event stream tells when the desk has gone; what was typed stays
  } finally {
    posting -= 1;
    if (button) button.disabled = false;
    giveBack();
    if (missed && page(wanted) === page(location.href)) refresh(); // not where the answer leads away
  }
});

// What was typed stays where it is; the explanation appears above it.
function refuse(fresh) {
  const mistake = fresh.querySelector(".mistake") ?? fresh.querySelector("main > section");
  const place = document.querySelector("#notice");
  place.replaceChildren(document.adoptNode(mistake));
  for (const part of document.querySelectorAll("[data-live]")) { // what changed meanwhile, if the answer shows it
    const other = part === place ? null : fresh.getElementById(part.id);
    if (other && !part.isEqualNode(other)) exchange(part, other, false);
  }
  drawn();
  place.scrollIntoView({ block: "nearest" });
}

// --- the news ------------------------------------------------------------------------

let stream;

function listen() {
  if (stream) return;
  stream = new EventSource("/events");
  stream.addEventListener("ready", (event) => {
    say("live", "Live");
    if (event.data !== document.body.dataset.asOf) refresh({ saved: true }); // something was saved while nobody listened
  });
  stream.addEventListener("changed", async () => {
    if (!(await refresh({ saved: true }))) return;
    say("live", `Updated ${new Date().toLocaleTimeString([], { hour: "numeric", minute: "2-digit", second: "2-digit" })}`);
  });
  stream.addEventListener("closed", () => {
    stream.close();
    say("closed", "The desk was closed: run newsletter preview again");
  });
  stream.addEventListener("error", () => {
    if (live.dataset.state !== "closed") say("lost", "Looking for the desk…");
  });
}

// A browser lends one site only six lasting connections: a tab that nobody sees gives
// its own back.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    stream?.close();
    stream = undefined;
  } else if (live.dataset.state !== "closed") {
    listen();
  }
});

catchUp("form[data-choose]");
fit();
listen();
