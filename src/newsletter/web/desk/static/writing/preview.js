// The mail beside the text, as it is being written: drawn from what is not saved yet.

const PAUSE = 30; // milliseconds without a key
const LONGEST = 700; // while somebody types on and on

export class Preview {
  constructor({ stage, address, file, token, read, onDrawn }) {
    Object.assign(this, { stage, address, file, token, read, onDrawn });
    this.screen = stage.querySelector(".screen");
    this.view = "phone";
    this.version = "";
    this.shown = "";
  }

  // Hears of each change of the text.
  changed() {
    this.waiting ??= performance.now();
    clearTimeout(this.timer);
    const left = Math.max(0, this.waiting + LONGEST - performance.now());
    this.timer = setTimeout(() => this.draw(), Math.min(PAUSE, left));
  }

  async draw() {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    this.waiting = undefined;
    const form = new FormData();
    form.append("file", this.file);
    form.append("text", this.read());
    try {
      const answer = await fetch(`${this.address}/draft`, {
        method: "POST", body: form, headers: { Accept: "application/json", "X-Desk-Token": this.token },
      });
      if (answer.ok) await this.take(await answer.json());
    } catch {
      // the desk has gone: the page says so elsewhere
    }
    this.busy = false;
    if (this.again) {
      this.again = false;
      this.draw();
    }
  }

  async take(told) {
    this.onDrawn(told);
    if (!told.version || told.version === this.version) return;
    this.version = told.version;
    await this.swap();
  }

  look(view) {
    this.view = view;
    this.stage.className = `show ${view}`;
    this.screen.dataset.width = view === "phone" ? "375" : "760";
    dispatchEvent(new Event("resize")); // the page fits the screen
    return this.swap();
  }

  // The old mail stays in sight until the new one is drawn.
  swap() {
    const address = `${this.address}/${this.version ? "draft" : "mail"}?view=${this.view}&version=${this.version}`;
    if (address === this.shown) return Promise.resolve();
    const before = this.screen.querySelector("iframe.mail:not(.incoming)");
    const after = before.cloneNode();
    after.src = this.shown ? `${address}#changed` : address;
    this.shown = address;
    after.title = `The mail as on a ${this.view}`;
    after.classList.add("incoming");
    for (const late of this.screen.querySelectorAll("iframe.incoming")) late.remove();
    this.screen.append(after);
    return new Promise((done) => {
      after.addEventListener("load", () => {
        after.classList.remove("incoming");
        for (const frame of this.screen.querySelectorAll("iframe.mail")) if (frame !== after) frame.remove();
        performance.mark("mail-drawn");
        done();
      });
      setTimeout(done, 2000); // a frame that never loads must not stop the next one
    });
  }
}
