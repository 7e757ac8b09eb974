// Saving by itself: a little after the last key, and never over what somebody else wrote.

import { post } from "/static/connection.js";
import { ChangeSet } from "/static/editor.js";
import { origin } from "./origin.js";
import { leastChange, outside } from "./text.js";

const AFTER = 800;
const AGAIN = 3000;
const KEEP = 250;
const KEEPALIVE = 60_000; // the most bytes that a browser sends for a page that is gone

const WHY = {
  gone: "The desk does not answer. Start it again, and this text is saved.",
  locked: "The desk was started again. Open its link once in this browser, and this text is saved.",
  large: "This text is longer than the desk takes. Cut a part of it out, and keep that in another file.",
  broken: "The desk could not save this text: a mistake in the program. It tries again.",
};
const KEPT = " Until then, the text is kept in this browser.";
const NOT_KEPT = " Until then, the text is on this page only: leave the page open.";

export class Saving {
  constructor({ view, base, changed, address, file, headers, copies, say, askConflict, focus }) {
    Object.assign(this, { view, base, address, file, headers, copies, say, askConflict, focus });
    this.known = BigInt(changed); // when the file was changed last, as far as the editor knows
    this.clean = view.state.doc; // what is in the file, as far as the editor knows
    this.asking = false;
    this.expects = false; // a change of the file that the person made, by a button on this page
    this.pending = null; // what was typed since the text that is on its way
  }

  get dirty() {
    return !this.view.state.doc.eq(this.clean);
  }

  // Hears of each change of the text.
  changed(update) {
    if (this.pending) this.pending = this.pending.compose(update.changes);
    this.keeping ??= setTimeout(() => this.keep(), KEEP);
    if (!this.dirty || this.asking) return;
    this.say("unsaved");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), AFTER);
  }

  // Keeps a copy in the browser of what the desk does not have yet; tells whether it could.
  keep() {
    clearTimeout(this.keeping);
    this.keeping = undefined;
    if (this.dirty) return this.copies.keep({ text: this.view.state.doc.toString(), base: this.base });
    this.copies.drop();
    return true;
  }

  // Goes on with a text that was typed on another page and never saved; what the file says now is brought in.
  adopt({ text, base }) {
    const now = this.view.state.doc.toString();
    this.base = base;
    this.view.dispatch({ changes: leastChange(now, text), annotations: origin.of("field"), userEvent: "input" });
    return this.keep();
  }

  // Saves until all is saved; tells whether it is.
  async save() {
    clearTimeout(this.timer);
    if (this.asking) return false;
    if (this.running) {
      await this.running;
      return this.dirty ? this.save() : true;
    }
    if (!this.dirty) return true;
    this.running = this.send(this.view.state.doc);
    const done = await this.running;
    this.running = null;
    return done && this.dirty ? this.save() : done;
  }

  async send(doc) {
    const sent = doc.toString();
    this.say("saving");
    this.pending = ChangeSet.empty(doc.length);
    const keepalive = 3 * (sent.length + this.base.length) < KEEPALIVE;
    let answer;
    try {
      answer = await post(this.address, this.form(sent), this.headers, { keepalive });
    } catch {
      return this.failed(WHY.gone, true);
    }
    const told = await answer.json().catch(() => null); // pages for people are no answers for scripts
    if (answer.status === 403) return this.failed(WHY.locked, true);
    if (answer.status === 413) return this.failed(WHY.large, false);
    if (answer.status >= 500) return this.failed(WHY.broken, true);
    if (!told) return this.failed(WHY.gone, true);
    if (answer.status === 409) return this.conflict(doc, told);
    if (!answer.ok) return this.failed(`${told.what}. ${told.hint}`, false);
    this.base = told.text;
    this.known = BigInt(told.changed);
    this.clean = doc;
    if (told.text !== sent) this.take(sent, told.text, told.merged);
    this.pending = null;
    this.keep();
    this.say(this.dirty ? "unsaved" : "saved");
    return true;
  }

  form(text) {
    const form = new FormData();
    for (const [name, value] of Object.entries({ file: this.file, base: this.base, text })) form.append(name, value);
    return form;
  }

  // Brings in what the file has beyond what was sent, around what was typed since.
  take(sent, text, merged) {
    const change = leastChange(sent, text);
    const changes = ChangeSet.of(change, sent.length);
    this.clean = changes.apply(this.clean);
    this.view.dispatch({ changes: this.pending ? changes.map(this.pending) : changes, annotations: outside() });
    if (merged) this.say("merged");
  }

  failed(why, again) {
    this.pending = null;
    this.say("failed", why + (this.keep() ? KEPT : NOT_KEPT));
    clearTimeout(this.timer);
    if (again) this.timer = setTimeout(() => this.save(), AGAIN);
    return false;
  }

  // Asks when the writer has paused: who types on would answer without having read the
  // question, and "theirs" would lose what no history has yet.
  async conflict(doc, { theirs, comparison }) {
    this.pending = null;
    if (!this.view.state.doc.eq(doc)) {
      this.say("unsaved");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), AFTER);
      return false;
    }
    this.asking = true;
    this.say("failed", "It was changed elsewhere, too: choose which text the file shall have.");
    const answer = await this.askConflict(comparison);
    this.focus();
    this.asking = false;
    this.base = theirs;
    if (answer === "theirs") {
      this.replace(theirs);
      this.keep();
      this.say("saved");
      return true;
    }
    this.running = null;
    return this.save();
  }

  // Shows the text of the file as it is; the way back is in the history.
  replace(text) {
    const now = this.view.state.doc;
    const changes = ChangeSet.of(leastChange(now.toString(), text), now.length);
    this.clean = changes.apply(now);
    this.view.dispatch({ changes, annotations: outside() });
  }

  // Hears what the file says: another program may have saved it. A page that was asked for
  // before the last save may arrive after it, and tells nothing new.
  onDisk(text, changed) {
    if (text === this.base || BigInt(changed) < this.known || this.running || this.asking) return;
    if (this.dirty) {
      this.save(); // which brings both together, or asks
      return;
    }
    this.base = text;
    this.known = BigInt(changed);
    this.replace(text);
    if (!this.expects) this.say("taken");
  }
}
