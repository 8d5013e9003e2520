// bundles the runtime twice from the same sources: an immediately run script for the
// exported page, a module for the app. what is built is never committed.
import { build } from "esbuild";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, "..", "src", "platforms", "outputs", "runtime");
// built beside the target and moved at the end, so that a broken build leaves the old one whole
const fresh = `${target}.tmp-${process.pid}`;

const shared = {
  bundle: true,
  minify: true,
  charset: "utf8",
  target: ["chrome80", "firefox80", "safari14"],
  legalComments: "inline",
  loader: { ".png": "dataurl" },
  logLevel: "warning",
};

await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });
await Promise.all([
  build({
    ...shared,
    entryPoints: [join(here, "src", "page_entry.ts")],
    outfile: join(fresh, "runtime.js"),
    format: "iife",
    globalName: "PlatformsMap",
  }),
  build({
    ...shared,
    entryPoints: [join(here, "src", "component_entry.ts")],
    outfile: join(fresh, "component.js"),
    format: "esm",
  }),
  build({
    ...shared,
    entryPoints: [join(here, "src", "runtime.css")],
    outfile: join(fresh, "runtime.css"),
  }),
]);
await mkdir(target, { recursive: true });
for (const name of ["runtime.js", "component.js", "runtime.css"]) {
  await rename(join(fresh, name), join(target, name));
}
await rm(fresh, { recursive: true, force: true });
