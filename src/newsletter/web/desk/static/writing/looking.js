// How the mail beside the text is looked at: the switches above it, and what stands around it.

import { post } from "/static/connection.js";

const KEPT = "desk-look"; // for as long as the tab is open

export const lookedLast = () => sessionStorage.getItem(KEPT) ?? "";

export class Looking {
  constructor({ bar, stage, dialog, address, headers, choose }) {
    Object.assign(this, { bar, stage, dialog, address, headers, choose, query: lookedLast() });
    this.selects = [...bar.querySelectorAll("select[data-look]")];
    bar.addEventListener(
      "click",
      ({ target }) => target.closest("[data-view]") && this.change("view", target.closest("[data-view]").dataset.view),
    );
    bar.addEventListener("change", ({ target }) => {
      if (target.value !== "somebody") return this.change(target.dataset.look, target.value);
      target.value = this.reader;
      dialog.showModal();
    });
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.find(new FormData(event.target));
    });
    dialog.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (event.target.closest("[data-cancel]")) dialog.close();
      if (!link) return;
      event.preventDefault();
      dialog.close();
      this.change("reader", new URL(link.href).searchParams.get("reader"));
    });
  }

  change(name, value) {
    const asked = new URLSearchParams(this.query);
    asked.set(name, value);
    if (name === "program") asked.delete("view"); // each is looked at where it runs
    this.query = `?${asked}`;
    this.choose(this.query);
  }

  // Looks for somebody on the list, as the page for that does.
  async find(form) {
    const found = this.dialog.querySelector("[role=status]");
    try {
      const answer = await post(`${this.address}/readers`, form, { Accept: "text/html" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      found.replaceChildren(...page.querySelectorAll(".who .people, .who .muted"));
    } catch {
      found.textContent = "The desk does not answer.";
    }
  }

  // Shows what the desk told: which look it is, and what stands around the mail.
  show({ look, query, reader_name: name, around = "" }) {
    this.query = query;
    this.reader = look.reader;
    sessionStorage.setItem(KEPT, query);
    for (const each of this.bar.querySelectorAll("[data-view]"))
      each.setAttribute("aria-pressed", String(each.dataset.view === look.view));
    this.offerReader(look.reader, name);
    this.bar.querySelector('[value="inverted"]').disabled = Boolean(look.program);
    for (const select of this.selects) select.value = look[select.dataset.look];
    const unusual = this.selects
      .filter((select) => select.selectedIndex > 0)
      .map((select) => select.selectedOptions[0].text);
    this.bar.querySelector("[data-said]").textContent = unusual.join(" · ") || "as usual";
    const fresh = new DOMParser().parseFromString(around, "text/html");
    for (const part of ["above", "remark"]) this.exchange(document.getElementById(part), fresh.getElementById(part));
  }

  offerReader(reader, name) {
    const select = this.selects.find((each) => each.dataset.look === "reader");
    const isListed = /^\d+$/.test(reader);
    for (const option of [...select.options])
      if (/^\d+$/.test(option.value) && option.value !== reader) option.remove();
    if (isListed && ![...select.options].some((option) => option.value === reader)) {
      select.add(new Option(name || "somebody who left", reader), select.querySelector('[value="somebody"]'));
    }
    this.bar.querySelector("[data-who]").textContent = name && !isListed ? `This is ${name}.` : "";
  }

  // What was scrolled or unfolded stays so while somebody types.
  exchange(part, other) {
    if (!other || part.isEqualNode(other)) return;
    const scrolled = [...part.querySelectorAll("[tabindex]")].map((each) => each.scrollTop);
    const open = part.querySelector("details[open]");
    part.replaceChildren(...other.childNodes);
    if (open) part.querySelector("details")?.setAttribute("open", "");
    for (const [index, each] of part.querySelectorAll("[tabindex]").entries()) each.scrollTop = scrolled[index] ?? 0;
  }
}
