// Journeys through the console in a real browser, at a desk and on a telephone, with scripts and
// without: no error on the console, no request to another host, nothing for axe-core to find.

import { createRequire } from "node:module";
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const [url] = process.argv.slice(2);
const origin = new URL(url).origin;
const shots = process.env.CONSOLE_SHOTS;
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
if (shots) mkdirSync(shots, { recursive: true });

let passed = 0;
const failures = [];
const check = (what, holds, found = "") => {
  if (holds) passed += 1;
  else failures.push(`${what}${found === "" ? "" : `: ${found}`}`);
};

// How long a step may take on a machine that others keep busy; a fault shows itself by what is found.
const PATIENCE = 180000;

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

const PAGES = [
  ["overview", "/console"],
  ["schemes", "/console/schemes"],
  ["scheme", "/console/schemes/margin-money"],
  ["districts", "/console/districts"],
  ["district", "/console/districts/187"],
  ["cases", "/console/cases"],
  ["behind", "/console/behind/outstanding?scheme=margin-money"],
  ["event", "/console/events/40"],
  ["findings", "/console/findings"],
  ["reconciliation", "/console/reconciliation"],
  ["lines", "/console/reconciliation/lines?pile=open"],
  ["search", "/console/search?q=jaggery"],
  ["trouble", "/console/schemes/none"],
];

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });

// A tab that remembers what went wrong and where it asked.
const tab = async (options) => {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const troubles = [];
  page.on("console", (said) => {
    const refused = said.text().includes("status of 404");
    if (["error", "warning"].includes(said.type()) && !refused) troubles.push(said.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(origin)) troubles.push(`asked ${request.url()}`);
  });
  return { context, page, troubles };
};

// The tool is run by the debugger, which the page's own policy does not bind.
const look = async (page, what) => {
  const { readFileSync } = await import("node:fs");
  await page.evaluate(readFileSync(axe, "utf8"));
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const told = found.violations.map((one) => `${one.id} ${one.nodes.slice(0, 3).map((it) => it.html.slice(0, 140)).join(" | ")}`);
  check(`${what} is clean for axe-core`, told.length === 0, told.join("\n    "));
};

// A page that is still being read asks for itself again until it is whole.
const whole = (page) => page.waitForFunction(() => !document.querySelector("#answer [data-again]"));

// What a bank would have told: the made-up history has no statements of its own.
if (process.env.CONSOLE_OWN) {
  const bring = async (number, role, rest) => {
    const id = `0198a7c2-0000-7000-8000-${String(number).padStart(12, "0")}`;
    const actor = role === "finance" ? "fin-01" : "treasury";
    const body = JSON.stringify({ command_id: id, actor, role, effective_day: "2026-06-30", ...rest });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(`${origin}/v1/commands`, { method: "POST", headers, body });
    const said = await answer.json();
    check("a statement is taken", answer.status === 201, JSON.stringify(said));
    return said.position;
  };
  const key = "0123456789abcdef0123456789abcdef";
  const booked = ["2024-11-02", "2025-12-30", "2026-04-20", "2026-06-12", "2026-06-20"];
  const days = { from: "2024-11-01", to: "2026-06-30" };
  const statement = await bring(1, "treasury_job", {
    kind: "receive_statement", file: key + key, bytes: 4096, format: "camt053", account: key, ...days,
    opening: "0.00", closing: "1250000.50", lines: booked.length,
  });
  const line = (day, at) => ({
    amount: `${250000 + at}.10`, side: at % 2 ? "debit" : "credit", booked: day, value: day,
    references: [`UTR${at}`], counterparty: key, at: at * 80, bytes: 80,
  });
  await bring(2, "treasury_job", { kind: "receive_lines", statement, first: 1, lines: booked.map(line) });
  await bring(3, "finance", {
    kind: "decide_match", line: { statement, line: 2 }, reason: "charges_of_the_bank",
  });
}

const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  for (const scheme of ["light", "dark"]) {
    const { context, page, troubles } = await tab({ viewport, colorScheme: scheme });
    for (const [name, path] of PAGES) {
      for (const lang of scheme === "light" ? ["en", "hi"] : ["en"]) {
        const what = `${name} ${size} ${scheme} ${lang}`;
        const sign = path.includes("?") ? "&" : "?";
        await page.goto(origin + path + (lang === "hi" ? `${sign}lang=hi` : ""));
        await whole(page);
        check(`${what} has one heading`, (await page.locator("h1").count()) === 1);
        check(`${what} fits its width`, (await wide(page)) <= 0, await wide(page));
        await look(page, what);
        if (shots) await page.screenshot({ path: `${shots}/${name}-${size}-${scheme}-${lang}.png`, fullPage: true });
      }
    }
    check(`nothing went wrong: ${size} ${scheme}`, troubles.length === 0, troubles.join("\n    "));
    await context.close();
  }
}

// From a figure to the events behind it, to an event, to its case, and to the proof.
{
  const { context, page, troubles } = await tab({ viewport: DESK });
  await page.goto(url);
  await page.locator(".glance .disbursed dd a").click();
  await page.waitForURL(/behind\/paid_net/);
  await page.locator("table.events tbody td a").first().click();
  await page.waitForURL(/console\/cases\/\d+/);
  check("a case has a timeline", (await page.locator(".timeline > li").count()) > 1);
  check("a case shows a rule", (await page.locator(".timeline .rule").count()) > 0);
  const proof = await page.locator(".timeline .proofs a[download]").first().getAttribute("href");
  check("an event offers its proof", /^\/v1\/proofs\/\d+$/.test(proof ?? ""), proof);
  await look(page, "case");
  if (shots) {
    await page.screenshot({ path: `${shots}/case-desk.png`, fullPage: true });
    await page.setViewportSize(PHONE);
    await page.screenshot({ path: `${shots}/case-phone.png`, fullPage: true });
    check("a case fits a telephone", (await wide(page)) <= 0, await wide(page));
    await page.setViewportSize(DESK);
  }
  const reference = (await page.locator("h1").innerText()).split("\n")[0].trim().split(" ")[0];
  await page.locator("input[name=q]").fill(reference);
  await page.locator(".seek button").click();
  await page.waitForURL(/console\/cases\/\d+/);
  check("a reference leads to its case", (await page.locator("h1").innerText()).includes(reference));
  check("nothing went wrong on the way", troubles.length === 0, troubles.join("\n    "));
  await context.close();
}

// The sliders answer as they move, by the pointer and by the keyboard, and the address says so.
{
  const { context, page, troubles } = await tab({ viewport: DESK });
  await page.goto(url);
  const slider = page.locator("input[type=range][data-for=as_of]");
  check("the slider is there with scripts", await slider.isVisible());
  const before = await page.locator(".glance .allotted dd.n").innerText();
  await slider.focus();
  const answered = page.waitForResponse((response) => response.url().includes("as_of="));
  await slider.evaluate((it) => {
    it.value = String(Math.round((Number(it.min) * 2 + Number(it.max)) / 3));
    it.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await answered;
  await page.waitForFunction((old) => document.querySelector(".glance .allotted dd.n").innerText !== old, before);
  check("the address says the day", page.url().includes("as_of="), page.url());
  const moved = page.waitForResponse((response) => response.url().includes("as_of="));
  await page.keyboard.press("ArrowLeft");
  await moved;
  check("the slider keeps the focus", await slider.evaluate((it) => it === document.activeElement));
  const links = await page.locator(".parts a").first().getAttribute("href");
  check("links carry the day on", (links ?? "").includes("as_of="), links);
  await page.locator("#present").click();
  await page.waitForURL((at) => !at.search.includes("as_of"));
  check("and back to the present", (await page.locator(".glance .allotted dd.n").innerText()) === before);
  check("nothing went wrong at the slider", troubles.length === 0, troubles.join("\n    "));
  await context.close();
}

// Each of the 75 tiles opens its district, on the map and on the page of districts.
{
  const { context, page, troubles } = await tab({ viewport: DESK });
  await page.goto(url);
  const hrefs = (where) => page.locator(where).evaluateAll((all) => all.map((it) => it.getAttribute("href")));
  const districts = new Set(await hrefs("svg.map a"));
  check("the map leads to 75 districts", districts.size === 75, districts.size);
  await page.locator("svg.map a[href='/console/districts/187']").click();
  await page.waitForURL(/districts\/187$/);
  check("a tile of the map opens its district", (await page.locator("h1").innerText()).includes("Varanasi"));
  await page.goto(`${url}/districts`);
  const tiles = await hrefs(".tiles a");
  check("the tiles lead to the same", new Set(tiles).size === 75 && tiles.every((it) => districts.has(it)), tiles.length);
  let opened = 0;
  for (const href of tiles) opened += (await fetch(origin + href)).status === 200 ? 1 : 0;
  check("each of them opens", opened === 75, opened);
  check("nothing went wrong on the map", troubles.length === 0, troubles.join("\n    "));
  await context.close();
}

// From a year of a scheme's trend to the events of that year; units and languages on the way.
{
  const { context, page, troubles } = await tab({ viewport: DESK });
  await page.goto(`${url}/schemes/margin-money?unit=rupees`);
  const year = page.locator(".trends tbody td a").first();
  const figure = await year.innerText();
  check("amounts are grouped as in India", /^\d{1,2}(,\d{2})+,\d{3}\.\d{2}$/.test(figure), figure);
  await year.click();
  await page.waitForURL(/behind\/sanctioned.*since=/);
  const sum = (await page.locator("h1 .sum").innerText()).replace("₹", "").replace("rupees", "").trim();
  check("a year of the trend opens its events", sum === figure, `${sum} and ${figure}`);
  await page.goto(url);
  await page.locator("#settings a", { hasText: "crore" }).click();
  await page.waitForURL(/unit=crore/);
  check("crore is shown", (await page.locator(".glance .share").first().innerText()).includes("crore"));
  await page.locator("#settings a[lang=hi]").click();
  await page.waitForURL(/lang=hi/);
  check("Hindi keeps the unit", page.url().includes("unit=crore"), page.url());
  check("the page says its language", (await page.locator("html").getAttribute("lang")) === "hi");
  check("nothing went wrong at the trend", troubles.length === 0, troubles.join("\n    "));
  await context.close();
}

// From what is open to its lines and to the event that told them.
if (process.env.CONSOLE_OWN) {
  const { context, page, troubles } = await tab({ viewport: DESK });
  await page.goto(`${url}/reconciliation`);
  await whole(page);
  const rows = page.locator("section[aria-labelledby=ageing] tbody tr");
  const counts = await rows.evaluateAll((all) => all.map((it) => it.children[1].textContent.trim()));
  check("open lines are counted by age", counts.length === 4 && counts.join() !== "0,0,0,0", counts.join());
  const old = rows.last().locator("a").first();
  const counted = await old.innerText();
  await old.click();
  await page.waitForURL(/lines\?.*age=more/);
  const shown = await page.locator("table.list tbody tr").count();
  check("an age opens its lines", String(shown) === counted, `${shown} of ${counted}`);
  await page.locator("table.list tbody th a").first().click();
  await page.waitForURL(/console\/events\/\d+/);
  check("nothing went wrong among the lines", troubles.length === 0, troubles.join("\n    "));
  await context.close();
}

// What is typed stays text.
{
  const { context, page, troubles } = await tab({ viewport: DESK });
  let dialogs = 0;
  page.on("dialog", (dialog) => { dialogs += 1; dialog.dismiss(); });
  await page.goto(url);
  const markup = `"><img src=x onerror=alert(1)><script>alert(2)</script>`;
  await page.locator(".seek input[name=q]").fill(markup);
  await page.locator(".seek button").click();
  await page.waitForURL(/search/);
  check("what is searched for is shown as text", (await page.locator("q").innerText()) === markup);
  check("and nothing of it runs", dialogs === 0 && (await page.locator("main img").count()) === 0);
  check("nothing went wrong at the search", troubles.length === 0, troubles.join("\n    "));
  await context.close();
}

// Everything but the sliders works without scripts.
{
  const { context, page, troubles } = await tab({ viewport: PHONE, javaScriptEnabled: false });
  await page.goto(url);
  check("no slider without scripts", !(await page.locator("input[type=range]").first().isVisible()));
  await page.locator("#as_of-ends a").first().click();
  check("the end of a year is a link", page.url().includes("as_of="), page.url());
  await page.locator("#as_of").fill("2021-06-30");
  await page.locator("#time button").click();
  check("the form asks without scripts", page.url().includes("as_of=2021-06-30"), page.url());
  await page.locator(".seek input[name=q]").fill("varanasi");
  await page.locator(".seek button").click();
  check("search keeps the day", page.url().includes("as_of=2021-06-30"), page.url());
  await page.locator(".found a", { hasText: "Varanasi" }).first().click();
  check("a district is found", (await page.locator("h1").innerText()).includes("Varanasi"));
  check("nothing went wrong without scripts", troubles.length === 0, troubles.join("\n    "));
  await context.close();
}

// By keyboard: the first stop leads past the frame.
{
  const { context, page } = await tab({ viewport: DESK });
  await page.goto(url);
  await page.keyboard.press("Tab");
  check("the first stop skips the frame", await page.evaluate(() => document.activeElement.className === "skip"));
  await page.keyboard.press("Enter");
  check("and goes to the answer", await page.evaluate(() => location.hash === "#answer"));
  await context.close();
}

// On paper: what one clicks is gone, and what is said stays.
{
  const { context, page } = await tab({ viewport: DESK });
  await page.goto(url);
  await page.emulateMedia({ media: "print" });
  check("paper has no controls", !(await page.locator(".time").isVisible()) && !(await page.locator(".parts").isVisible()));
  check("paper says what it rests on", await page.locator("#basis code").isVisible());
  if (shots) await page.pdf({ path: `${shots}/overview.pdf`, format: "A4" });
  await context.close();
}

await browser.close();
for (const failure of failures) console.error(`FAILED ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
