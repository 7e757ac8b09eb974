// Bundles both editors into one file that the desk serves, and gathers their licences: the text as
// readers get it (rich/, on ProseMirror) and the Markdown of the file (CodeMirror).
//
//     npm ci && npm run build
//
// The result is committed: whoever uses the desk needs neither Node nor a network.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../../src/newsletter/web/desk/static");

// Says from which sources the bundle is, so that a test notices when it was not made anew.
const sources = createHash("sha256");
const own = readdirSync(here, { recursive: true })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => /^(?:rich\/)?[\w-]+\.js$|^package-lock\.json$/.test(path));
for (const path of own.sort()) sources.update(readFileSync(join(here, path), "utf8").replaceAll("\r\n", "\n"));

const IN_BROWSERS = ["entities", "linkify-it", "mdurl", "punycode.js", "uc.micro"];

const result = await build({
  entryPoints: [join(here, "entry.js")],
  alias: {
    "@codemirror/lang-html": join(here, "no-html.js"),
    ...Object.fromEntries(IN_BROWSERS.map((name) => [name, join(here, "slim.js")])),
  },
  outfile: join(target, "editor.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  banner: {
    js: `/* Both editors, bundled by scripts/editor from ${sources.digest("hex").slice(0, 16)}; licences in editor.licence.txt */`,
  },
  legalComments: "none",
  metafile: true,
});

const folders = new Set(
  Object.keys(result.metafile.inputs)
    .map((path) => path.match(/.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0])
    .filter(Boolean),
);
const licences = [...folders].sort().map((folder) => {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return `${name} ${version}\n\n${readFileSync(join(folder, "LICENSE"), "utf8").trim()}\n`;
});
writeFileSync(join(target, "editor.licence.txt"), licences.join(`\n${"-".repeat(72)}\n\n`));
console.log(
  `${folders.size} packages, ${Math.round(result.metafile.outputs[Object.keys(result.metafile.outputs)[0]].bytes / 1024)} KB`,
);
