// The mail beside the text, as it is being written: drawn from what is not saved yet.

import { post } from "/static/connection.js";
import { fit, reveal } from "/static/mail.js";

const PAUSE = 30; // milliseconds without a key
const LONGEST = 700; // while somebody types on and on

export class Preview {
  constructor({ stage, address, headers, file, read, query, onTold }) {
    Object.assign(this, { stage, address, headers, file, read, query, onTold });
    this.screen = stage.querySelector(".screen");
    this.device = stage.querySelector(".device");
    this.shown = "";
  }

  // Hears of each change of the text.
  changed() {
    this.waiting ??= performance.now();
    clearTimeout(this.timer);
    const left = Math.max(0, this.waiting + LONGEST - performance.now());
    this.timer = setTimeout(() => this.draw(), Math.min(PAUSE, left));
  }

  // Draws the text as it is now.
  draw() {
    this.waiting = undefined;
    const form = new FormData();
    form.append("file", this.file);
    form.append("text", this.read());
    return this.ask("draft", form);
  }

  // Looks at what was drawn in another way.
  look(query) {
    this.query = query;
    return this.ask("draft/look");
  }

  // One question at a time; who asks meanwhile is answered by drawing once more.
  async ask(page, form) {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    const asked = this.query;
    try {
      const address = `${this.address}/${page}${asked}`;
      const answer = await (form ? post(address, form, this.headers) : fetch(address, { headers: this.headers }));
      const told = answer.ok && (await answer.json());
      if (told && asked === this.query) await this.take(told); // nobody has wished for another look meanwhile
    } catch {
      // the desk has gone: the page says so elsewhere
    }
    this.busy = false;
    if (!this.again) return;
    this.again = false;
    this.draw();
  }

  async take(told) {
    this.query = told.query;
    this.dress(told);
    this.onTold(told);
    if (told.frame) await this.swap(told);
  }

  // Gives the mail the width and the surroundings that were asked for.
  dress({ look, width, drawn, frame }) {
    this.stage.toggleAttribute("data-empty", !drawn);
    this.device.toggleAttribute("data-aside", drawn && !frame);
    const shape = width || look.view === "text" ? look.view : "";
    const dress = `show ${shape} ${look.scheme === "light" ? "" : "dark"}`;
    if (this.stage.className === dress) return;
    this.stage.className = dress;
    if (width) this.screen.dataset.width = width;
    fit();
  }

  // The old mail stays in sight until the new one is drawn. At another width it is the same
  // mail: it stays, and so does the place to which it was scrolled.
  swap({ frame, look }) {
    const title = `The mail as on a ${look.view}`;
    const before = this.screen.querySelector("iframe.mail:not(.incoming)");
    before.title = title;
    if (frame === this.shown) return Promise.resolve();
    const after = before.cloneNode();
    after.src = this.shown ? `${frame}#changed` : frame;
    this.shown = frame;
    after.classList.add("incoming");
    for (const late of this.screen.querySelectorAll("iframe.incoming")) late.remove();
    this.screen.append(after);
    return new Promise((done) => {
      reveal(after, this.screen, () => {
        performance.mark("mail-drawn");
        done();
      });
      setTimeout(done, 2000); // a frame that never loads must not stop the next one
    });
  }
}
