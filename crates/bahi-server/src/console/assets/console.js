// The console answers without this file. With it, moving a slider of time answers again at once.

(() => {
  "use strict";

  const form = document.getElementById("time");
  if (!form) return;

  const DAY = 86400000;
  const LIVE = ["answer", "basis", "parts", "settings", "as_of-ends", "known_on-ends"];
  const spoken = document.getElementById("spoken");
  const sliders = [...form.querySelectorAll("input[type=range]")];
  const dayOf = (number) => new Date(number * DAY).toISOString().slice(0, 10);
  const numberOf = (day) => Math.round(Date.parse(day + "T00:00:00Z") / DAY);
  const fieldOf = (slider) => form.elements.namedItem(slider.dataset.for);
  let going = null;
  let timer = 0;

  // The address that the form would ask for, without what says nothing.
  const address = () => {
    const said = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) said.set(name, value);
    const query = said.toString();
    return form.action + (query ? "?" + query : "");
  };

  // Everything on the page that says something of the time asked about.
  const show = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    if (!page.getElementById("answer")) return false;
    for (const id of LIVE) {
      const here = document.getElementById(id);
      const there = page.getElementById(id);
      if (here && there) here.replaceChildren(...there.childNodes);
    }
    const time = page.getElementById("time");
    if (time) form.className = time.className;
    const back = document.getElementById("present");
    const present = page.getElementById("present");
    if (back && present) {
      back.hidden = present.hidden;
      back.setAttribute("href", present.getAttribute("href"));
    }
    for (const name of ["as_of", "known_on"]) {
      const value = form.elements.namedItem(name)?.value ?? "";
      for (const other of document.querySelectorAll("form:not(#time)")) {
        let field = other.elements.namedItem(name);
        if (!field) {
          field = document.createElement("input");
          field.type = "hidden";
          field.name = name;
          other.append(field);
        }
        field.value = value;
      }
    }
    document.title = page.title;
    return true;
  };

  // A page that is not yet whole is asked for again, without a word, until it is.
  const again = () => {
    const whole = document.querySelector("#answer [data-again]");
    if (whole) soon(Number(whole.dataset.again), true);
  };

  const answer = async (quiet) => {
    going?.abort();
    const mine = (going = new AbortController());
    const to = address();
    if (!quiet) {
      document.body.classList.add("busy");
      spoken.textContent = spoken.dataset.busy;
    }
    try {
      const response = await fetch(to, { signal: mine.signal, credentials: "same-origin" });
      if (!response.ok || !show(await response.text())) throw new Error("no answer");
      history.replaceState(null, "", to);
      if (!quiet) spoken.textContent = spoken.dataset.done;
      again();
    } catch (trouble) {
      // A newer question is on its way, or the page itself says what is wrong.
      if (!mine.signal.aborted) location.assign(to);
    } finally {
      if (going === mine) document.body.classList.remove("busy");
    }
  };

  const soon = (delay, quiet = false) => {
    clearTimeout(timer);
    timer = setTimeout(() => answer(quiet), delay);
  };

  for (const slider of sliders) {
    const field = fieldOf(slider);
    if (slider.min === slider.max) continue;
    slider.hidden = false;
    const say = () => slider.setAttribute("aria-valuetext", field.value || dayOf(slider.max));
    say();
    slider.addEventListener("input", () => {
      // At its end the slider asks for the present.
      field.value = slider.value === slider.max ? "" : dayOf(Number(slider.value));
      say();
      soon(60);
    });
    field.addEventListener("change", () => {
      const number = field.value ? numberOf(field.value) : Number(slider.max);
      if (Number.isNaN(number)) return;
      slider.value = String(number);
      say();
      soon(0);
    });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    soon(0);
  });

  again();
})();
