// Puts the icons we use (Lucide, ISC) into one sprite: node icons.mjs OUTPUT
import { readFileSync, writeFileSync } from "node:fs";

const NAMES = `a-large-small arrow-left arrow-right bell book-open book-plus bookmark briefcase building-2 calendar camera
chart-column check chevron-down chevron-left chevron-right chevron-up circle-check circle-help circle-x
clock copy database-backup download ellipsis eye eye-off file-text funnel graduation-cap heart history house
id-card info key-round keyboard languages library list lock lock-open log-in log-out mail map-pin menu minus
moon package pencil phone plus printer qr-code receipt refresh-cw rotate-ccw scan-barcode school search
settings shield-check sliders-horizontal smartphone snowflake star store sun tag trash-2 triangle-alert undo-2 upload
user user-plus users users-round volume-2 volume-x wallet maximize scan-line share square-plus wifi-off bone calculator castle
cooking-pot earth feather flask-conical flower-2 frown image landmark meh palette paw-print rocket smile sparkles train-front volleyball x`.split(/\s+/);
const ALIASES = { "circle-help": ["circle-help", "circle-question-mark"], funnel: ["funnel", "filter"] };

function body(name) {
  for (const file of ALIASES[name] ?? [name]) {
    try {
      const svg = readFileSync(`node_modules/lucide-static/icons/${file}.svg`, "utf8");
      return svg.replace(/[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s+/g, " ").trim();
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
  }
  throw new Error(`no icon named ${name}`);
}

const symbols = NAMES.map((name) => `<symbol id="${name}" viewBox="0 0 24 24">${body(name)}</symbol>`);
writeFileSync(process.argv[2], `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
