// Builds what browsers load: pages.scss → pages.<hash>.css, and every script and picture beside it under a name that
// changes with its content. manifest.json says which plain name became which.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const here = fileURLToPath(new URL(".", import.meta.url));
const built = join(here, "built");
const styles = compile(join(here, "pages.scss"), {
  style: "compressed",
  loadPaths: [join(here, "../../node_modules")],
  quietDeps: true,
});
const files = new Map([["pages.css", Buffer.from(styles.css)]]);
for (const name of readdirSync(here)) {
  if ([".js", ".svg", ".webmanifest"].includes(extname(name))) files.set(name, readFileSync(join(here, name)));
}

rmSync(built, { recursive: true, force: true });
mkdirSync(built);
const manifest = {};

// A script is written after those that it imports, whose new names become part of it.
function written(name) {
  if (manifest[name]) return manifest[name];
  const plain = files.get(name);
  const isScript = extname(name) === ".js";
  const content = isScript ? plain.toString().replace(/from "\.\/([\w.]+)"/g, (_, other) => `from "./${written(other)}"`) : plain;
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const ending = extname(name);
  manifest[name] = `${name.slice(0, -ending.length)}.${hash}${ending}`;
  writeFileSync(join(built, manifest[name]), content);
  return manifest[name];
}
for (const name of [...files.keys()].sort()) written(name);
writeFileSync(join(built, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
