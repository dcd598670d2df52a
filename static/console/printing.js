// What is printed before the meeting: links to PDFs, each in the languages that it is there in.
import { h } from "../lib/element.js"
import { at, config, language, t } from "../lib/words.js"
import { post, refusal } from "../staff/post.js"
import { answer } from "../staff/line.js"
import { button } from "../staff/press.js"

const TABLES = 13

const path = (what) => at(`/api/s/${config.session}/print?what=${what}`)

// `note`: where it is said which code stands on them.
export function printing(note) {
  const leads = config.role === "facilitator"
  return h("section", {},
    h("h3", {}, t("console.print")),
    h("ul", { class: "links" },
      h("li", {}, link(path("run-of-show"), "console.print_run-of-show")),
      inLanguages("poster"),
      inLanguages("form"),
      inLanguages("home-card"),
      tables(leads)),
    leads ? revoking() : "",
    note)
}

function tables(leads) {
  const number = h("input", { type: "number", min: "1", max: "100", value: String(TABLES), inputmode: "numeric" })
  const cards = link("", "console.print_cards")
  const hosts = link("", "console.print_hosts")
  const count = () => {
    const many = number.validity.valid && number.value || TABLES
    cards.href = `${path("cards")}&tables=${many}`
    hosts.href = `${path("hosts")}&tables=${many}`
  }
  number.addEventListener("input", count)
  count()
  return h("li", {}, cards, leads ? [" · ", hosts] : "", h("label", { class: "tables" }, t("console.print_tables"), " ", number))
}

// In the session's first language; the others beside it.
function inLanguages(what) {
  const [first, ...others] = config.papers[what]
  const inOthers = others.map((one) =>
    h("a", { href: `${path(what)}&lang=${one}`, target: "_blank", rel: "noopener" }, languageName(one)))
  return h("li", {}, link(`${path(what)}&lang=${first}`, `console.print_${what}`), inOthers.flatMap((one) => [" · ", one]))
}

function languageName(one) {
  const key = `language.${one}`
  const words = t(key)
  return words === key ? new Intl.DisplayNames([language], { type: "language" }).of(one) : words
}

// The cards that lie on the tables let anybody write in a table's name: they can be made worthless.
function revoking() {
  const sure = h("div", { class: "sure", hidden: true }, h("p", {}, t("console.revoke_hosts_means")))
  const open = button("console.revoke_hosts", () => {
    sure.hidden = false
    no.focus()
  }, "", "quiet danger")
  const yes = button("console.revoke_hosts_yes", async () => {
    const gone = await post(at("/api/staff/revoke-tables"), {})
    sure.hidden = true
    open.focus()
    answer(open, gone.ok ? t("console.hosts_revoked") : refusal(gone))
  }, "", "danger")
  const no = button("console.end_no", () => {
    sure.hidden = true
    open.focus()
  })
  sure.append(h("div", { class: "acts" }, yes, no))
  return h("div", { "data-answers": "" }, open, sure)
}

export function link(href, key) {
  return h("a", { href, target: "_blank", rel: "noopener" }, t(key))
}
