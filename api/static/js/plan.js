// The page of a plan: marks and facts light each other up, and any place can be cited.  All of it works by plain links too.

const source = document.querySelector(".source");
const facts = document.querySelector(".facts");

function unlight() {
  document.querySelectorAll(".lit").forEach((e) => e.classList.remove("lit"));
}

/** Light up what is joined to the place that was gone to: all facts of a mark, all marks of a fact. */
function light(id) {
  unlight();
  const there = document.getElementById(id);
  if (!there) return;
  const at = `#${id}`;
  if (id.startsWith("m-")) {
    there.scrollIntoView({ block: "center" });
    let first;
    for (const a of facts.querySelectorAll("a[href]")) {
      if (a.getAttribute("href") !== at) continue;
      first ??= a;
      (a.closest(".chip, .value") ?? a.closest("tr, li"))?.classList.add("lit");
    }
    // Beside the text the facts scroll on their own: show the first there, too, unless one came from there.
    if (first && getComputedStyle(facts).overflowY === "auto" && !facts.contains(document.activeElement)) {
      facts.scrollTop += first.getBoundingClientRect().top - facts.getBoundingClientRect().top - 80;
    }
  } else if (id.startsWith("f-")) {
    there.scrollIntoView({ block: "nearest" });
    for (const a of there.querySelectorAll('a[href^="#m-"]')) {
      document.getElementById(a.hash.slice(1))?.classList.add("lit");
    }
  }
}

/** Arriving from elsewhere at a fact: its words beside it, where there is room for both. */
function arrive() {
  gone();
  const id = location.hash.slice(1);
  if (!id.startsWith("f-") || getComputedStyle(facts).overflowY !== "auto") return;
  document.querySelector(".source .lit")?.scrollIntoView({ block: "center" });
}

function gone() {
  const id = decodeURIComponent(location.hash.slice(1));
  if (!id) return;
  // A long text is shown in parts: the server knows in which the place is.
  if (/^[mcf]-/.test(id) && !document.getElementById(id)) {
    const address = new URL(location.href);
    if (address.searchParams.get("at") === id) return;
    address.searchParams.set("at", id);
    location.replace(address);
    return;
  }
  light(id);
}

addEventListener("hashchange", gone);
document.addEventListener("click", (event) => {
  const a = event.target.closest('a[href^="#m-"], a[href^="#f-"]');
  if (a && a.hash === location.hash) gone(); // clicked again: the address does not change
});
arrive();

// -- citing ----------------------------------------------------------------------------------------------

const box = document.getElementById("citation-text");
const copy = document.getElementById("copy-citation");

if (copy && navigator.clipboard) {
  copy.hidden = false;
  const words = copy.textContent;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(box.textContent);
    copy.textContent = copy.dataset.done;
    setTimeout(() => { copy.textContent = words; }, 1500);
  });
}

source?.addEventListener("click", async (event) => {
  const a = event.target.closest("a.cite");
  if (!a || !box) return;
  event.preventDefault();
  const asked = new URL(a.href);
  const path = `${asked.pathname.replace(/\.html$/, "")}/c/${asked.searchParams.get("cite")}`;
  let item;
  try {
    const answer = await fetch(`${path}.csl.json`);
    if (!answer.ok) throw new Error(answer.statusText);
    [item] = await answer.json();
  } catch {
    location.assign(a.href);
    return;
  }
  box.textContent = item.note;
  document.getElementById("citation-bib").href = `${path}.bib`;
  document.getElementById("citation-csl").href = `${path}.csl.json`;
  document.getElementById("citation-iri").textContent = item.URL;
  document.getElementById("cite").scrollIntoView({ block: "start" });
  (copy && !copy.hidden ? copy : document.getElementById("citation-bib")).focus({ preventScroll: true });
});
