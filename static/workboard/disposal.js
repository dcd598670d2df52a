// Disposal: what the rules in the dialogue's file say just now, and carrying it out. What was looked at
// is what goes: the list's hash comes back with the word to do it.
import { h } from "../lib/element.js"
import { config, t } from "../lib/words.js"
import { ask, post } from "../staff/post.js"
import { addressOf, bodyName, dateOf, fold, labelled, momentOf, press, sessionName } from "./views.js"

const PATIENCE = 120000 // ms: the whole log is read
const MAY_LOOK = ["facilitator", "registrar"]
const MAY_DO = "registrar"
const word = (code) => code.replaceAll("-", "_")

export function disposal() {
  if (!MAY_LOOK.includes(config.role)) return null
  const shown = h("div", { class: "disposal-plan", role: "status" })
  const look = press(t("disposal.look"), () => lookInto(shown, look), "quiet", { "data-here": "disposal/look" })
  return h("section", { class: "disposal" }, h("h3", {}, t("disposal.title")), h("p", { class: "note" }, t("disposal.help")), look, shown)
}

async function lookInto(shown, look) {
  look.setAttribute("aria-busy", "true")
  shown.replaceChildren(h("p", { class: "note" }, t("disposal.looking")))
  const reply = await ask(addressOf("disposal"), {}, PATIENCE)
  look.removeAttribute("aria-busy")
  if (!reply.ok) return shown.replaceChildren(failed(reply))
  const { lines, list_hash } = reply.body
  const goes = lines.some((line) => line.n && decided(line.rule))
  shown.replaceChildren(
    lines.length ? h("ul", { class: "disposal-lines" }, lines.map(line)) : h("p", { class: "nothing-yet" }, t("disposal.no_rules")),
    ...(goes && config.role === MAY_DO ? [carryOut(shown, list_hash)] : []))
}

const decided = ({ body, date, section }) => Boolean(body && date && section)

function line({ rule, n, oldest, newest, sessions, next, files = [], vectors = 0 }) {
  const after = t(`disposal.after_${word(rule.after)}`)
  return h("li", { class: decided(rule) ? "" : "is-proposed" },
    h("p", {}, h("b", {}, t(`disposal.what_${word(rule.what)}`)), " · ", t("disposal.rule", { days: rule.days, after })),
    h("p", {}, n ? t("disposal.due", { n, oldest: dateOf(oldest), newest: dateOf(newest) }) : t("disposal.nothing")),
    sessions && sessions.length ? h("p", { class: "note" }, sessions.map(sessionName).join("; ")) : null,
    vectors || files.length ? h("p", { class: "note" }, t("disposal.with", { vectors, files: files.length })) : null,
    next ? h("p", { class: "note" }, t("disposal.next", { date: dateOf(next) })) : null,
    h("p", { class: "note" }, decided(rule) ? t("disposal.decided", { body: bodyName(rule.body), date: rule.date, section: rule.section }) : h("strong", {}, t("disposal.not_decided"))))
}

function carryOut(shown, expect) {
  const name = h("input", { type: "text", maxlength: "80", required: true, autocomplete: "name", "data-here": "disposal/name" })
  const sure = h("input", { type: "checkbox", required: true, "data-here": "disposal/sure" })
  const go = h("button", { type: "submit", class: "primary", "data-here": "disposal/go" }, t("disposal.do"))
  const said = h("p", { class: "answer", role: "alert" })
  const form = h("form", { class: "inline" }, labelled(t("disposal.name"), name),
    h("label", { class: "check" }, sure, h("span", {}, t("disposal.sure"))), go, said)
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    go.setAttribute("aria-busy", "true")
    const reply = await post(addressOf("disposal"), { name: name.value.trim(), expect }, PATIENCE)
    go.removeAttribute("aria-busy")
    if (!reply.ok) return said.replaceChildren(failed(reply))
    shown.replaceChildren(h("p", { role: "alert" }, h("strong", {}, t("disposal.done"))), h("p", { class: "caution" }, t("disposal.backups")),
      h("p", {}, files(reply.body.protocol.disposal)))
  })
  return form
}

const failed = ({ body, status }) => h("span", {}, t("disposal.failed", { why: body.why || t(status ? "staff.failed" : "staff.no_answer", { status }) }))

// ── what has gone ─────────────────────────────────────────────────────────────────────────────

export function protocols(disposals) {
  if (!disposals.length || !MAY_LOOK.includes(config.role)) return null
  const numbers = [...new Set(disposals.map((one) => one.disposal))].reverse()
  return fold("disposals", t("disposal.protocols"), h("ul", {}, numbers.map((number) => {
    const its = disposals.filter((one) => one.disposal === number)
    return h("li", {}, files(number), h("span", { class: "note" }, ` ${momentOf(its[0].at)}`),
      h("ul", {}, its.map((one) => h("li", {}, `${t(`disposal.what_${word(one.what)}`)}: ${one.n}. `,
        t("disposal.decided", { body: bodyName(one.body), date: one.date, section: one.section })))))
  })))
}

function files(number) {
  const link = (format) => h("a", { href: addressOf(`disposal/${number}`, { format }), download: "" }, `${t("disposal.protocol", { n: number })}, ${t(`document.format_${format}`)}`)
  return [link("pdf"), " · ", link("json")]
}
