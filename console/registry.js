// Prints what the console declares, as JSON: `npm run --silent registry`.
import { runnerImport } from "vite";

const { module } = await runnerImport("./src/registry.ts", { configFile: false, logLevel: "error" });
console.log(JSON.stringify(module.registry()));
