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

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

const PAGES = [
  ["overview", "/console"],
  ["schemes", "/console/schemes"],
  ["scheme", "/console/schemes/margin-money"],
  ["districts", "/console/districts"],
  ["district", "/console/districts/187"],
  ["cases", "/console/cases"],
  ["behind", "/console/behind/disbursed?scheme=margin-money"],
  ["event", "/console/events/40"],
  ["findings", "/console/findings"],
  ["reconciliation", "/console/reconciliation"],
  ["search", "/console/search?q=jaggery"],
  ["trouble", "/console/schemes/none"],
];

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });

// A tab that remembers what went wrong and where it asked.
const tab = async (options) => {
  const context = await browser.newContext(options);
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

const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  for (const scheme of ["light", "dark"]) {
    const { context, page, troubles } = await tab({ viewport, colorScheme: scheme });
    for (const [name, path] of PAGES) {
      for (const lang of scheme === "light" ? ["en", "hi"] : ["en"]) {
        const what = `${name} ${size} ${scheme} ${lang}`;
        const sign = path.includes("?") ? "&" : "?";
        await page.goto(origin + path + (lang === "hi" ? `${sign}lang=hi` : ""));
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
  await page.waitForURL(/behind\/disbursed/);
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
