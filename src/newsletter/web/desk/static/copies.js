// Keeps what somebody types in this browser until the desk has it: the desk may be closed, the
// tab too, or the computer. Each page keeps a copy of its own; when the page is gone and the
// desk never got the text, the next page of the same place offers it, and a person decides.

const DAYS = 30;
const WAIT = 6000; // milliseconds: as long as a page that is being left may hold on to its copy on a busy computer

export class Copies {
  constructor(place) {
    this.prefix = `desk:${document.body.dataset.workspace}:${place}:`;
    this.key = this.prefix + Math.random().toString(36).slice(2);
    navigator.locks?.request(this.key, () => new Promise(() => {})); // held until this page is gone
  }

  // Keeps a copy; tells whether the browser could.
  keep(copy) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ ...copy, at: Date.now() }));
      return true;
    } catch {
      return false; // no room, or not allowed
    }
  }

  drop(key = this.key) {
    localStorage.removeItem(key);
  }

  // Returns the copies whose pages are gone, the newest first.
  async left() {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix) && key !== this.key);
    const free = await Promise.all(keys.map(isFree));
    const texts = keys.map((key, index) => [key, free[index] && localStorage.getItem(key)]).filter(([, text]) => text);
    const copies = texts.map(([key, text]) => ({ ...JSON.parse(text), key }));
    const isOld = ({ at }) => Date.now() - at > DAYS * 86_400_000;
    for (const { key } of copies.filter(isOld)) this.drop(key);
    return copies.filter((copy) => !isOld(copy)).sort((one, other) => other.at - one.at);
  }
}

async function isFree(key) {
  try {
    await navigator.locks?.request(key, { signal: AbortSignal.timeout(WAIT) }, () => {});
    return true;
  } catch {
    return false; // its page is open
  }
}

// --- offering one ----------------------------------------------------------------------

const when = (at) =>
  new Date(at).toLocaleString("en-US", { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// Offers a copy above the page. `says` are sentences or elements, `choices` what each button does.
export function offer({ at }, says, choices) {
  const title = element("h2", { tabIndex: -1 }, `Unsaved text from ${when(at)}`);
  const card = element("section", { className: "card kept" }, title);
  for (const each of says) card.append(typeof each === "string" ? element("p", {}, each) : each);
  const actions = element("p", { className: "actions" });
  for (const [text, act] of Object.entries(choices)) {
    const button = element("button", { type: "button", className: actions.children.length ? "quiet" : "" }, text);
    button.onclick = async () => (await act()) !== false && card.remove();
    actions.append(button);
  }
  card.append(actions);
  document.querySelector("#kept").replaceChildren(card);
}

export function difference(comparison) {
  const shown = new DOMParser().parseFromString(comparison, "text/html").body;
  return element("details", {}, element("summary", {}, "What differs"), ...shown.childNodes);
}

// --- forms marked data-keep ---------------------------------------------------------------

const TYPED =
  'textarea[name], input[name="html"], input[name]:not([type="hidden"], [type="checkbox"], [type="radio"], [type="file"])';
const KEEP = 250; // milliseconds
const squeezed = (text) => text.replace(/\s+/g, " ").trim();
const pages = new Map(); // the copies of this page, by the place of the form
const waiting = new Map();

const copiesOf = (form) => {
  if (!pages.has(form.dataset.keep)) pages.set(form.dataset.keep, new Copies(form.dataset.keep));
  return pages.get(form.dataset.keep);
};

function keepForm(form, more = {}) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  const fields = [...form.querySelectorAll(TYPED)];
  if (fields.every((field) => field.value === field.defaultValue) && !form.dataset.unsaved) copiesOf(form).drop();
  else copiesOf(form).keep({ fields: Object.fromEntries(fields.map(({ name, value }) => [name, value])), ...more });
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest?.("form[data-keep]");
  if (form && !waiting.has(form))
    waiting.set(
      form,
      setTimeout(() => keepForm(form), KEEP),
    );
});
addEventListener("pagehide", () => {
  for (const form of [...waiting.keys()]) keepForm(form);
});

// A form that opens another page learns of its success only there.
document.addEventListener(
  "submit",
  ({ target }) => target.matches("form[data-keep]:not([data-swap])") && keepForm(target, { sent: true }),
);

// What was handed in is kept until an issue was made of it: until then, it is in the desk's memory only.
document.addEventListener("desk:taken", ({ target, detail }) => {
  if (!target.matches("form[data-keep]")) return;
  const { pathname } = new URL(detail.address);
  if (pathname.startsWith("/new/")) keepForm(target, { draft: pathname });
  else copiesOf(target).drop();
});

// That it was made is known on the page that says so: a button may be pressed before any script is there.
function dropMade() {
  const from = document.referrer && new URL(document.referrer).pathname;
  const isMade = location.pathname.startsWith("/issues/") && new URLSearchParams(location.search).has("note");
  if (!isMade || !from.startsWith("/new/")) return;
  for (const [key, copy] of Object.entries(localStorage)) {
    const isMine = key.startsWith(`desk:${document.body.dataset.workspace}:`);
    if (isMine && JSON.parse(copy).draft === from) localStorage.removeItem(key);
  }
}
dropMade();

export async function offerForms() {
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const copies = copiesOf(form);
    for (const copy of await copies.left()) {
      const isShown = Object.entries(copy.fields).every(
        ([name, value]) => squeezed(form.elements[name]?.value ?? "") === squeezed(value),
      );
      const isSaved = isShown || (copy.sent && new URLSearchParams(location.search).has("note"));
      if (form.dataset.unsaved && isShown) keepForm(form);
      if (isSaved) copies.drop(copy.key);
      else if (!document.querySelector("#kept").hasChildNodes()) await offerForm(form, copies, copy);
    }
  }
}

async function offerForm(form, copies, copy) {
  const differing = Object.entries(copy.fields).filter(
    ([name, value]) => name !== "html" && form.elements[name] && form.elements[name].value !== value,
  );
  const list = differing.map(([name, value]) => {
    const label = form.elements[name].labels?.[0]?.textContent ?? name;
    const shown =
      value.length > 200
        ? `${value.slice(0, 200)}… (${value.length.toLocaleString("en-US")} characters)`
        : value || "(empty)";
    return element("li", {}, element("b", {}, `${label}: `), shown);
  });
  const drop = () => copies.drop(copy.key);
  const isWaiting = copy.draft && (await fetch(copy.draft).catch(() => null))?.ok;
  const says = isWaiting
    ? "You handed this in, and no issue was made of it yet."
    : "You typed this here, and it was not saved.";
  const goOn = () => {
    location.assign(copy.draft);
    return false;
  };
  const putBack = () => {
    for (const [name, value] of Object.entries(copy.fields)) if (form.elements[name]) form.elements[name].value = value;
    form.dispatchEvent(new Event("desk:restored", { bubbles: true }));
    keepForm(form);
    drop();
  };
  offer(copy, [says, element("ul", {}, ...list)], {
    ...(isWaiting ? { Continue: goOn } : { "Put it back": putBack }),
    Discard: drop,
  });
}
