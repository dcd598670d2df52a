// What became of one's contributions, and the code on a card to take home. The code stays here:
// what is asked for are the secrets that follow from it, one for each contribution.
import { h } from "../lib/element.js"
import { receipt } from "../lib/outbox.js"
import { at, config, locale, say, t } from "../lib/words.js"
import { qr } from "./qr.js"

const AT_ONCE = 50
const id = name => document.getElementById(name)

id("ask").addEventListener("submit", event => {
  event.preventDefault()
  show(id("code").value)
})
id("print").addEventListener("click", () => print())
addEventListener("hashchange", opened)
opened()

// A link or a QR has the code behind its #, which no browser sends to a server.
function opened() {
  const code = decodeURIComponent(location.hash.slice(1))
  if (!code || code === "main") return
  id("code").value = code
  show(code)
}

async function show(written) {
  const code = written.toUpperCase().replace(/[^0-9A-Z]/g, "")
  try {
    const { received, dialogues } = await all(code)
    const read = received.filter(it => it.read).length
    const words = [
      t(received.length ? "page.receipt.found" : "page.receipt.nothing", { n: received.length }),
      read && t("page.receipt.read_of", { read }),
    ]
    id("answer").textContent = words.filter(Boolean).join(" ")
    id("found").replaceChildren(...received.map(shown))
    id("dialogues").replaceChildren(...Object.entries(dialogues).map(([name, it]) => onward(name, it)))
    card(received.length ? code : "")
  } catch (error) {
    id("answer").textContent = error.message
  }
}

// ── asking ────────────────────────────────────────────────────────────────────────────────────

// A number may be missing where something never arrived, so the search ends with a whole batch of nothing.
async function all(code) {
  const found = { received: [], dialogues: {} }
  for (let first = 1; ; first += AT_ONCE) {
    const receipts = Array.from({ length: AT_ONCE }, (_, place) => receipt(code, first + place))
    const { received, dialogues } = await ask(receipts)
    const batch = received.filter(Boolean)
    if (!batch.length) return found
    found.received.push(...batch)
    Object.assign(found.dialogues, dialogues)
  }
}

async function ask(receipts) {
  const answer = await fetch(at("/api/receipts"), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ receipts }),
  }).catch(() => null)
  if (answer && answer.ok) return answer.json()
  const refused = answer && answer.status === 429 && await answer.json()
  throw new Error(refused ? t(`refusal.${refused.kind}`, refused) : t("page.receipt.failed"))
}

// ── what became of it ─────────────────────────────────────────────────────────────────────────

function shown(it) {
  const area = say(it.area)
  const standing = t(`standing.${it.standing}`) + (it.reason ? `: ${t(`reason.${it.reason}`)}` : "")
  return h("li", {},
    h("p", { lang: area.language, dir: "auto" }, [area.words, t(`kind.${it.kind}`)].filter(Boolean).join(" · ")),
    h("blockquote", { lang: it.language, dir: "auto" }, it.text),
    h("p", {}, h("strong", {}, standing)),
    h("ol", { class: "became" }, became(it).map(line => h("li", {}, line))))
}

function became(it) {
  const moved = say(it.moved_to).words
  const working = it.standing === "visible" && t("page.receipt.working")
  return [
    it.theme && t("page.receipt.theme", { title: it.theme }),
    moved && t("page.receipt.moved", { area: moved }),
    ...it.also.map(title => t("page.receipt.also", { title })),
    it.read && t("page.receipt.read"),
    it.outcome ? outcome(it.outcome) : working,
  ].filter(Boolean)
}

function outcome(it) {
  const kind = [it.kind, it.internal].filter(Boolean).join("-")
  const named = it.recipient || it.kind !== "other-authority" ? kind : "other-authority-unnamed"
  return [
    h("strong", {}, t(`page.outcome.${named}`, { recipient: it.recipient, reason: it.reason })),
    it.goal && h("q", { lang: "sv", dir: "auto" }, it.goal),
    h("span", { class: "when" }, t("page.receipt.settled", { date: date(it.at) })),
  ]
}

// ── and then ──────────────────────────────────────────────────────────────────────────────────

function onward(name, it) {
  const title = say(it.title)
  return h("section", {},
    h("h2", {}, t("page.receipt.next")),
    h("p", { lang: title.language, dir: "auto" }, title.words),
    h("ol", { class: "stages" }, it.stages.map(stage)),
    h("p", {}, it.published
      ? h("a", { href: at(`/feedback/${name}`) }, t("page.feedback.read"))
      : feedbackComes(it.feedback_date)))
}

function stage(it) {
  const name = say(it.name)
  const when = it.entered_at ? t("page.receipt.since", { date: date(it.entered_at) }) : it.date
  return h("li", { "aria-current": it.entered_at ? "step" : null },
    h("b", {}, when), when && " ", h("span", { lang: name.language, dir: "auto" }, name.words))
}

function feedbackComes(day) {
  return day ? t("page.feedback.when", { date: day }) : t("page.feedback.not_yet")
}

// Their own day, whatever clock the phone has: these are dates of the municipality.
function date(ms) {
  const options = { day: "numeric", month: "long", year: "numeric", timeZone: "Europe/Stockholm" }
  return new Intl.DateTimeFormat(locale, options).format(ms)
}

// ── the card ──────────────────────────────────────────────────────────────────────────────────

function card(code) {
  id("card").hidden = !code
  const address = `${config.home}/receipt`
  const fours = (code.match(/.{1,4}/g) || []).join("-")
  id("fours").textContent = fours
  id("address").textContent = address.replace(/^https?:\/\//, "")
  id("picture").replaceChildren(...[code && qr(`${address}#${code}`, t("page.receipt.qr"))].filter(Boolean))
}
