// Keeps the open page true: when a file is saved, the page is asked for again, and the
// parts marked data-live are replaced where they differ. Without this script the desk
// still works; one only reloads by hand.

import { beside, home, remember } from "/static/beside.js";
import { knock, post, takeToken } from "/static/connection.js";
import { offerForms } from "/static/copies.js";
import { differs, keep, keyboard } from "/static/keeping.js";
import { fit, reveal } from "/static/mail.js";
import { released } from "/static/pressing.js";
import { onceRested } from "/static/resting.js";

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
  if (how.news && answer.status === 405) return; // the page answers a form, and cannot be asked for
  const fresh = new DOMParser().parseFromString(text, "text/html");
  if (!takeToken(fresh)) return lose(); // a refusal, in place of which this page stays with what was typed
  await released();
  if (mine !== asked) return; // a later question was asked meanwhile
  if (answer.redirected) wanted = answer.url;
  draw(fresh, wanted, how);
}

// `news` is what nobody asked for; it shows the mail where it was changed.
function draw(fresh, address, { replace = false, news = false } = {}) {
  if (leaving) return;
  const giveBack = keyboard(document.activeElement);
  home();
  const { parts, turned } = counterparts(fresh);
  if (!parts.every(([, other]) => other) || new URL(address, location.href).pathname !== location.pathname) {
    leave(address);
    return;
  }
  if (page(address) !== page(location.href)) history[replace ? "replaceState" : "pushState"](null, "", address);
  document.title = fresh.title;
  document.body.dataset.asOf = fresh.body.dataset.asOf;
  for (const [part, other] of parts) {
    if (news && !turned && refuses(part)) continue; // it may not have been read yet
    if (!part.isEqualNode(other)) exchange(part, other, news);
  }
  giveBack();
  drawn(news);
}

// Opens another page altogether. A second answer must not begin that again: the page may be there already,
// and be typed into. After a while it is clear that the person stayed.
const LEFT = 5000; // milliseconds
let leaving = false;

function leave(address) {
  leaving = true;
  setTimeout(() => (leaving = false), LEFT);
  location.assign(page(address) === page(location.href) ? page(address) : address); // with its #place it would be no way out
}

addEventListener("pageshow", () => (leaving = false));

// Each live part with the one that takes its place, which may be none. What is marked data-whole
// turns as a whole when there are other parts in it than before.
function counterparts(fresh) {
  const [here, there] = [document, fresh].map((each) => each.querySelector("[data-whole]"));
  const turned = Boolean(here && there) && names(here) !== names(there);
  const parts = [...document.querySelectorAll("[data-live]")].filter((part) => !(turned && here.contains(part)));
  const pairs = parts.map((part) => [part, fresh.getElementById(part.id)]);
  return { turned, parts: turned ? [...pairs, [here, there]] : pairs };
}

const names = (whole) => [...whole.querySelectorAll("[data-live]")].map((part) => part.id).join(" ");

const page = (address) => new URL(address, location.href).href.split("#")[0];
const refuses = (part) => part.id === "notice" && part.querySelector(".mistake") !== null;

function drawn(news = false) {
  fit();
  beside();
  document.dispatchEvent(new CustomEvent("desk:drawn", { detail: { news } })); // for scripts of single pages
}

function exchange(part, other, news = false) {
  const before = part.querySelector(".device iframe.mail");
  const after = other.querySelector(".device iframe.mail");
  // Only a device that stands right in its part can stay while all around it is exchanged.
  if (before && after && before.closest(".device").parentElement === part) {
    swapMail(part, other, before, after, news);
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

// --- the mail ---------------------------------------------------------------------------

// The old mail stays in sight until the new one has been drawn, so that nothing flashes.
function swapMail(part, other, before, after, news) {
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
  if (news) after.src = `${address}#changed`; // the new mail begins where it was changed
  after.classList.add("incoming");
  reveal(after, screen);
  screen.append(after);
}

// --- switches, without a whole new page ----------------------------------------------

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-swap]");
  if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  show(link.href);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-choose]");
  if (!form) return;
  onceRested(form, () => {
    const chosen = [...new FormData(form)].filter(([, value]) => value !== "");
    show(`${form.action}?${new URLSearchParams(chosen)}`);
  });
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

// --- forms marked data-swap, without a whole new page -----------------------------------

let posting = 0;
let asking = 0; // for news
let missed = false; // whether there was news meanwhile

// For what comes by itself. While a form is under way it waits: the answer draws the page, too, and
// alone knows what is to be said, or where to go.
// Tells whether the page is true again.
export async function refresh(how) {
  missed = posting > 0;
  if (missed) return false;
  asking += 1;
  try {
    await show(wanted, { ...how, news: true });
  } finally {
    asking -= 1;
  }
  return !missed;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-swap]")) return;
  event.preventDefault();
  const button = event.submitter;
  const fields = new FormData(form, button);
  remember(form, button);
  const giveBack = keyboard(document.activeElement === document.body ? form : document.activeElement);
  if (button) button.disabled = true;
  const mine = ++asked;
  posting += 1;
  missed ||= asking > 0; // its answer comes too late now
  try {
    const answer = await post(button?.hasAttribute("formaction") ? button.formAction : form.action, fields, {
      Accept: "text/html",
    });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    await released();
    if (answer.redirected) wanted = answer.url;
    if (answer.redirected)
      form.dispatchEvent(new CustomEvent("desk:taken", { bubbles: true, detail: { address: answer.url, button } }));
    if (mine !== asked) show();
    else if (answer.status === 403) explain("locked");
    else if (answer.redirected) {
      if (form.closest("[data-live]")) form.reset(); // what was typed has been taken
      draw(fresh, answer.url);
    } else refuse(fresh);
  } catch {
    explain("gone");
  } finally {
    posting -= 1;
    if (button) button.disabled = false;
    giveBack();
    beside(); // the keyboard may have taken the page along
    if (missed && page(wanted) === page(location.href)) refresh(); // not where the answer leads away
  }
});

// What was typed stays where it is; the explanation appears beside it.
function refuse(fresh) {
  const mistake = fresh.querySelector(".mistake") ?? fresh.querySelector("main > section");
  home();
  const place = document.querySelector("#notice");
  place.replaceChildren(document.adoptNode(mistake));
  mistake.tabIndex = -1;
  for (const part of document.querySelectorAll("[data-live]")) {
    // what changed meanwhile, if the answer shows it
    const other = part === place ? null : fresh.getElementById(part.id);
    if (other && !part.isEqualNode(other)) exchange(part, other);
  }
  drawn();
  mistake.focus({ preventScroll: true });
}

// --- whether the desk answers -----------------------------------------------------------

const LOST = {
  gone: "The desk was closed. Open it again with its icon or with newsletter preview, and this page goes on.",
  locked: "The desk was started again. Open its link once in this browser, and this page goes on.",
};
const NOTHING_DONE = {
  gone: "The desk does not answer, and nothing was changed. What you typed is still on this page: start the desk again, then press the button again.",
  locked:
    "The desk was started again, and nothing was changed. What you typed is still on this page: open the desk’s link once in this browser, then press the button again.",
};
const AGAIN = 1500; // milliseconds

function explain(state) {
  const mistake = document.createElement("section");
  mistake.className = "mistake";
  mistake.setAttribute("role", "alert");
  mistake.tabIndex = -1;
  mistake.append(Object.assign(document.createElement("p"), { textContent: NOTHING_DONE[state] }));
  document.querySelector("#notice").replaceChildren(mistake);
  beside();
  mistake.focus({ preventScroll: true });
}

// A form that opens another page is sent when the desk is sure to answer: a refusal would take its place.
const sure = new WeakSet();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[data-swap]") || sure.delete(form)) return;
  event.preventDefault();
  remember(form, event.submitter);
  const state = await knock();
  if (state !== "open") return explain(state);
  sure.add(form);
  form.requestSubmit(event.submitter);
});

let waiting;

// Asks until the desk answers, and then listens again.
async function lose() {
  stream?.close();
  stream = undefined;
  clearTimeout(waiting);
  const state = await knock();
  clearTimeout(waiting);
  if (state !== "open") say(state, LOST[state]);
  if (!document.hidden) waiting = setTimeout(state === "open" ? listen : lose, AGAIN);
}

// --- the news ------------------------------------------------------------------------

let stream;

function listen() {
  clearTimeout(waiting);
  if (stream) return;
  stream = new EventSource("/events");
  stream.addEventListener("ready", (event) => {
    const wasLost = live.dataset.state && live.dataset.state !== "live";
    say("live", "Connected");
    if (wasLost) document.dispatchEvent(new Event("desk:back"));
    if (event.data !== document.body.dataset.asOf) refresh(); // something was saved while nobody listened
  });
  stream.addEventListener("changed", async () => {
    if (!(await refresh())) return;
    say(
      "live",
      `Updated ${new Date().toLocaleTimeString([], { hour: "numeric", minute: "2-digit", second: "2-digit" })}`,
    );
  });
  stream.addEventListener("closed", lose);
  stream.addEventListener("error", () => {
    say("lost", "Looking for the desk…");
    lose();
  });
}

// A browser lends one site only six lasting connections: a tab that nobody sees gives
// its own back.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    stream?.close();
    stream = undefined;
    clearTimeout(waiting);
  } else {
    listen();
  }
});

catchUp("form[data-choose]");
fit();
listen();
offerForms();
