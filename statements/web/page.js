/* The page around the checks of verify.js: runs them on the files that it carries, and says in
   the reader's language what was checked. All text is set as text, never as markup. */
"use strict";

(() => {
const words = JSON.parse(document.getElementById("words").textContent);
const files = Object.fromEntries(
  Object.entries(JSON.parse(document.getElementById("bundle").textContent))
    .map(([name, content]) => [name, verifier.utf8(content)]),
);
const STEPS = ["lines", "log", "checkpoints", "signatures", "statement", "shown"];
const UNSIGNED = ["unsigned", "bad signature", "signature line"];
const MAIN = ["opening", "income", "outlay", "transfers", "prior-year", "closing"];
const LISTED_MOST = 200;

let language = /^zh/i.test(navigator.language || "zh") ? 0 : 1;
let keys = [];
let outcome;
const open = { found: () => {}, compared: () => {}, signed: () => {} };

const $ = (id) => document.getElementById(id);
const fill = (sentence, values) => values.reduce((said, value) => said.replace("{}", () => value), sentence);
const t = (key, ...values) => fill(words.page[key][language], values);
const sentence = (slug, ...values) => fill(words.sentences[slug][language], values);
// A code may be the name of what every object has, as "constructor".
const own = (object, key) => Object.prototype.hasOwnProperty.call(object, key);
const named = (kind, code) => (own(words[kind], code) ? words[kind][code] : [code, code])[language];

function yuan(fen) {
  const digits = Math.abs(fen).toString().padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${fen < 0 ? "\u2212" : ""}${whole}.${digits.slice(-2)}`;
}

/** An element with text or other elements in it. */
function make(tag, inside, className = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...[inside].flat());
  return element;
}

const put = (id, ...inside) => $(id).replaceChildren(...inside);

/** What a finding says; anything else is a fault of this page, and never a pass. */
function told(error) {
  return error instanceof verifier.Finding
    ? sentence(error.slug, ...error.values)
    : t("broken", String(error));
}

// -- the checks -----------------------------------------------------------------------------------

function examine() {
  const started = performance.now();
  outcome = { passed: [] };
  try {
    outcome.bundle = verifier.check(files, words.fund, keys, (step) => outcome.passed.push(step));
    outcome.passed.push("signatures");
  } catch (error) {
    outcome.error = error;
  }
  outcome.seconds = (performance.now() - started) / 1000;
}

function showResult() {
  const { bundle, error, passed, seconds } = outcome;
  const wrong = error && !(error instanceof verifier.Unknown) && error instanceof verifier.Finding;
  $("result").className = error ? "bad" : "good";
  put("verdict", t(error ? (wrong ? "wrong" : "unknown") : keys.length ? "verified" : "holds"));
  put("said", error ? told(error) : keys.length ? "" : sentence("no keys"));
  const steps = STEPS.filter((step) => step !== "signatures" || keys.length);
  const first = steps.find((step) => !passed.includes(step));
  const failing = error && UNSIGNED.includes(error.slug) && keys.length ? "signatures" : first;
  put("steps", ...steps.map((step) => {
    const done = passed.includes(step), failed = step === failing;
    const [mark, aloud, look] = done ? ["✓", "passed", ""] : failed ? ["✗", "failed", "no"] : ["–", "skipped", "not"];
    const sign = make("b", mark);
    sign.setAttribute("aria-hidden", "true");
    const line = bundle ? t("step_" + step, ...counts(step, bundle)) : t("plain_" + step);
    return make("li", [sign, make("span", [make("span", t(aloud) + " ", "aloud"), line])], look);
  }));
  put("took", bundle ? t("took", seconds.toFixed(2)) : "");
  for (const id of ["find", "compare", "totals", "checked", "worth"]) $(id).hidden = !bundle;
  $("sign").hidden = !bundle && !keys.length;
}

function counts(step, bundle) {
  return {
    lines: [bundle.lines.length.toLocaleString("en"), bundle.first, bundle.first + bundle.lines.length - 1],
    statement: [bundle.statement.balances.length, bundle.figures.size],
    shown: [bundle.shown.size, bundle.withheld.length],
    signatures: [bundle.signed.length],
  }[step] || [];
}

function showTotals() {
  const { bundle } = outcome;
  const rows = MAIN.filter((id) => bundle.figures.has(id))
    .filter((id) => bundle.figures.get(id) || !["transfers", "prior-year"].includes(id))
    .map((id) => {
      const fen = id === "outlay" ? -bundle.figures.get(id) : bundle.figures.get(id);
      return amountRow(t(id), fen);
    });
  put("figures", ...rows);
  put("budgets", ...budgetRows(bundle));
  put("every");
  put("every", ...bundle.statement.figures.map(([id, value, terms]) => {
    const count = terms.length && terms.every(countsOnly);
    const row = amountRow(id, value, count ? value.toLocaleString("en") : yuan(value));
    if ($(id) === null) row.id = id; // never in the place of a part of this page
    return row;
  }));
}

/** What the log says of each place of money on the last day: as the bank or a count has it, or not. */
function showPlaces() {
  const { bundle } = outcome;
  const classes = new Map(JSON.parse(words.chart).accounts.map(([code, role, kind]) => [code, [role, kind]]));
  const rows = [...bundle.figures]
    .filter(([id, fen]) => id.startsWith("place/") && fen)
    .map(([id, fen]) => [id.slice("place/".length), fen])
    .filter(([code]) => classes.has(code) && classes.get(code)[1] === "money")
    .map(([code, fen]) => {
      const said = classes.get(code)[0] === "cash" ? counted(fen) : reconciled(code, fen);
      const head = make("th", [named("accounts", code), " ", make("small", yuan(fen))]);
      head.scope = "row";
      return make("tr", [head, make("td", said)]);
    });
  put("places", ...rows);
  $("checked").hidden = !rows.length;
}

/** "Agrees" only where two officers signed for that very day, and the balance is still that one. */
function reconciled(account, fen) {
  const { entries } = outcome.bundle;
  const agreed = new Set(entries.filter((e) => e.kind === "reconciliation-agreed").map((e) => e.facts.of));
  const found = entries.filter(({ no, kind, facts }) => kind === "reconciled" && agreed.has(no)
    && facts.account === account && facts.to === words.to).pop();
  if (!found || found.facts.book_fen !== fen) return t("place_unchecked");
  const { bank_fen: bank, items } = found.facts;
  if (!items && bank === fen) return t("place_agrees", found.facts.to, found.no);
  return t("place_differs", yuan(Math.abs(bank - fen)), items, found.no);
}

function counted(fen) {
  const found = outcome.bundle.entries.filter((e) => e.kind === "cash-counted" && e.on === words.to).pop();
  if (!found || found.facts.counted_fen !== fen) return t("place_unchecked");
  return t("place_counted", found.on, found.no);
}

/** What is left of each programme's budget, where the statement holds it to one. */
function budgetRows(bundle) {
  return [...bundle.figures.keys()]
    .filter((id) => id.startsWith("budget-left/"))
    .map((id) => {
      const account = id.slice("budget-left/".length);
      const budget = bundle.figures.get("budget/" + account) || 0;
      return amountRow(t("budget", named("accounts", account), yuan(budget)), bundle.figures.get(id));
    });
}

/** Whether a term counts entries or a fact that is not money. */
const countsOnly = ([, column]) => column === "count" || /^fact\/(?!.*_fen$)/.test(column);

/** Go to the figure that the address names: it is there only once it was computed. */
function goToFigure() {
  const figure = $(decodeURIComponent(location.hash.slice(1)));
  if (figure === null || !$("every").contains(figure)) return;
  $("all").open = true;
  figure.scrollIntoView({ block: "center" });
}

function amountRow(label, fen, written = yuan(fen)) {
  const head = make("th", label);
  head.scope = "row";
  return make("tr", [head, make("td", written, fen < 0 ? "red" : "")]);
}

function showNotes() {
  const { bundle } = outcome;
  const notes = [];
  for (const e of bundle.entries) {
    if (e.facts.of === undefined && !isRed(e)) continue;
    const line = t("names", e.no, e.on, named("kinds", e.kind), e.facts.of);
    notes.push(isRed(e) ? [line + " · ", make("span", t("red"), "no")] : line);
  }
  notes.push(...bundle.withheld.map((e) => t("withheld", e.no, named("kinds", e.kind))));
  const head = [t("last_at", bundle.entries[bundle.entries.length - 1].at)];
  if (bundle.statement.base) head.push(t("rests_on", bundle.statement.base));
  if (!notes.length) head.push(t("no_notes"));
  const items = [...head, ...notes].map((line) => make("li", line));
  put("notes", ...items.slice(0, LISTED_MOST));
  if (items.length > LISTED_MOST) {
    const rest = make("ul", items.slice(LISTED_MOST));
    const more = make("summary", `+ ${items.length - LISTED_MOST}`);
    $("notes").append(make("li", make("details", [more, rest])));
  }
}

const isRed = (e) => e.postings.some((posting) => posting[3] < 0);

// -- what a reader asks ---------------------------------------------------------------------------

function showEntry(e) {
  const shown = outcome.bundle.shown.get(e.no);
  const head = [t("entry", e.no), e.on, named("kinds", e.kind), shown].filter(Boolean).join(" · ");
  const rows = e.postings.map(([debit, credit, restriction, amount]) => {
    const ways = t("to_from", named("accounts", debit), named("accounts", credit));
    return amountRow(`${ways} · ${named("restrictions", restriction)}`, amount);
  });
  const table = make("table", make("tbody", rows));
  return make("div", [make("p", head), ...(rows.length ? [table] : [])], "entry");
}

function findGift(code, name, phrase) {
  const { bundle } = outcome;
  try {
    const { entry, anonymous, later } = verifier.findReceipt(bundle, code, name, phrase);
    const lines = [make("h3", t("yours")), showEntry(entry)];
    if (anonymous) lines.push(make("p", sentence("anonymous").trim()));
    for (const e of later) lines.push(make("h3", t("later"), "no"), showEntry(e));
    if (tracer.GIFTS.includes(entry.kind)) lines.push(make("h3", t("trace")), ...showTrace(entry.no));
    return lines;
  } catch (error) {
    const more = error.slug === "earlier" ? [make("p", t("trace_earlier"))] : [];
    return [make("p", told(error), "no"), ...more];
  }
}

/** All gifts of these lines, followed once. */
function traced() {
  const { bundle } = outcome;
  if (!outcome.traced) {
    const base = bundle.statements.find((e) => e.facts.number === bundle.statement.base);
    outcome.traced = tracer.trace(bundle.entries, bundle.first, base && base.facts, words.chart);
  }
  return outcome.traced;
}

/** Whether the page's table of accounts is the one that entry 0, where it is here, commits to. */
function chartFits() {
  const [opened] = outcome.bundle.entries;
  return opened.no > 0
    || opened.facts.chart_sha256 === verifier.hex(verifier.sha256(verifier.utf8(words.chart)));
}

/** What became of a gift: in one sentence, and in a table that adds up to it. */
function showTrace(no) {
  try {
    if (!chartFits()) throw new tracer.Untold("trace_chart");
    const { chart, first } = traced();
    const gift = tracer.told(traced(), no);
    const corrected = t("trace_corrected", yuan(gift.given), yuan(gift.amount));
    const answer = t("trace_answer", yuan(gift.amount), traceParts(gift).join(t("trace_comma")));
    const last = outcome.bundle.entries[outcome.bundle.entries.length - 1].at;
    return [
      ...(gift.given === gift.amount ? [] : [make("p", corrected)]),
      make("p", answer, "traced"),
      make("table", make("tbody", traceRows(gift, chart))),
      ...(first ? [make("p", t("trace_from", first), "grey")] : []),
      make("p", t("trace_rule", last), "grey"),
    ];
  } catch (error) {
    return [make("p", error instanceof tracer.Untold ? t(error.reason, ...error.values) : told(error), "no")];
  }
}

/** In grants, otherwise, given back, and waiting. */
function traceParts(gift) {
  const other = gift.used - gift.granted;
  return [
    gift.grants > 1 && t("trace_grants", yuan(gift.granted), gift.grants),
    gift.grants === 1 && t("trace_grant", yuan(gift.granted)),
    other && t("trace_other", yuan(other)),
    gift.refunded && t("trace_back", yuan(gift.refunded)),
    t("trace_waiting", yuan(gift.waiting)),
  ].filter(Boolean);
}

function traceRows(gift, chart) {
  const paid = gift.groups.map(({ what, amount, entries, pupils }) => {
    const name = chart.has(what) ? chart.get(what).names[language] : named("kinds", what);
    const counted = [entries > 1 && t("trace_count", entries), pupils && t("trace_pupils", pupils)];
    return [[what === tracer.FEW ? t("trace_few") : name, ...counted].filter(Boolean).join(""), amount];
  });
  const back = gift.refunded ? [[t("trace_returned"), gift.refunded]] : [];
  const waiting = gift.left.map(([code, fen]) => [t("trace_waits", named("restrictions", code)), fen]);
  const all = [...back, ...paid, ...waiting, [t("trace_total"), gift.amount]];
  return all.map(([label, fen]) => amountRow(label, fen));
}

function compare(held) {
  const typed = held.normalize("NFKC").replace(/\D/g, "").length;
  if (!held.startsWith("lovefund/") && typed !== 30) return [make("p", t("digits", typed), "no")];
  const { bundle } = outcome;
  try {
    const sizes = verifier.findHeld(bundle, held);
    const last = sizes.includes(bundle.first + bundle.lines.length);
    return [make("p", sentence("held", sizes.join(" "))), make("p", t(last ? "held_last" : "held_earlier"))];
  } catch (error) {
    return [make("p", told(error), "no")];
  }
}

function checkSignatures(typed) {
  try {
    keys = typed.split(/\s+/).filter(Boolean).map(verifier.readKey);
  } catch (error) {
    keys = [];
    examine();
    return () => [make("p", told(error), "no")];
  }
  examine();
  const { bundle, error } = outcome;
  return () => {
    if (error) return [make("p", told(error), "no")];
    if (!keys.length) return [make("p", sentence("no keys"))];
    return bundle.signed.map(({ name, time }) => make("p", sentence("signed", name, moment(time))));
  };
}

function moment(time) {
  if (time === undefined) return "";
  return new Date(Number(time) * 1000).toISOString().slice(0, 16).replace("T", " ") + " UTC";
}

// -- the page -------------------------------------------------------------------------------------

function showAll() {
  document.documentElement.lang = ["zh", "en"][language];
  document.title = `${t("fund_name")} · ${t("title")}`;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  $("language").textContent = t("other_language");
  $("language").lang = ["en", "zh"][language];
  put("period", `${t("label")} · ${t("number", words.number)}`);
  put("days", t("period", words.from, words.to));
  if (!outcome) {
    put("verdict", t("checking"));
    return;
  }
  showResult();
  for (const [id, answer] of Object.entries(open)) put(id, ...(answer() || []));
  if (!outcome.bundle) return;
  put("fingerprint", verifier.fingerprint(outcome.bundle.body));
  showTotals();
  showPlaces();
  showNotes();
}

/** Answer a form's question below it, and again when the language changes. */
function onSubmit(form, id, ask) {
  $(form).addEventListener("submit", (event) => {
    event.preventDefault();
    open[id] = ask();
    showAll();
  });
}

/** A file's text into the field that one would type it in. */
function onFile(id, field) {
  $(id).addEventListener("change", async () => {
    if ($(id).files.length) $(field).value = await $(id).files[0].text();
  });
}

onSubmit("find-form", "found", () => {
  const asked = [$("code").value, $("name").value, $("phrase").value];
  return () => findGift(...asked);
});
let heldText = "";
$("held").addEventListener("input", () => { heldText = ""; });
$("held-file").addEventListener("change", async () => {
  if ($("held-file").files.length) heldText = await $("held-file").files[0].text();
});
onSubmit("compare-form", "compared", () => {
  const held = heldText || $("held").value;
  return () => compare(held);
});
onSubmit("keys-form", "signed", () => checkSignatures($("keys").value));
onFile("keys-file", "keys");
$("language").addEventListener("click", () => {
  language = 1 - language;
  showAll();
});

showAll();
// The page is painted first, so that a slow phone says what it is doing.
setTimeout(() => {
  examine();
  showAll();
  goToFigure();
}, 30);
addEventListener("hashchange", goToFigure);
})();
