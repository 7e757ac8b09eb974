// Marks what no typing did: the fields above the text, or a change that came from the disk.

import { Annotation } from "/static/editor.js";

export const origin = Annotation.define();
