// Hantering: what becomes of every theme and every contribution, until nothing is left.
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { t } from "../lib/words.js"
import { contributions, redraw } from "../staff/desk.js"
import { keep } from "../staff/keyed.js"
import { asks, wish } from "../staff/line.js"
import { areaChip, areaName, areas } from "../staff/names.js"
import { button, label } from "../staff/press.js"
import { ask } from "./asking.js"
import { number, shortOrigin, unseen, wordsOf } from "./about.js"
import { bodyName, decided } from "./names.js"
import { KINDS, decide } from "./deciding.js"
import { original, showOriginals } from "./originals.js"
import { mayRule } from "./tabs.js"
import { allThemes, inTheme, seenByPeople } from "./work.js"

const WITHOUT_MORE = ["programme"] // what needs no more words

export const mount = (place) => new Dispositions(place)

const sums = () => get("sums") || { received: 0, undecided: 0, undecided_visible: 0, decided: {}, by_recipient: {}, hidden: 0, held: 0, withdrawn: 0 }
const undecided = () => contributions().filter((it) => !it.disposition)

class Dispositions {
  constructor(place) {
    this.left = h("p", { class: "counter", role: "status" })
    this.rest = button("workboard.rest", () => restToProgramme(), "", "primary")
    this.rest.hidden = !mayRule
    this.table = h("tbody", {})
    this.received = h("tr", {})
    this.check = h("p", { class: "note" })
    this.areas = h("div", { class: "areas-of-themes" })
    this.own = h("ul", { class: "singles" })
    this.ownPart = h("section", {}, h("h3", {}, t("workboard.overridden")), h("p", { class: "note" }, t("workboard.overridden_help")), this.own)
    this.unseen = h("ul", { class: "singles" })
    this.park = button("workboard.park_all", () => decide({ contributions: hiddenLeft().map((it) => it.contribution), kind: "parked" }), "", "quiet")
    this.park.hidden = !mayRule
    this.unseenPart = h("section", {}, h("h3", {}, t("workboard.unseen_left")), h("p", { class: "note" }, t("workboard.unseen_left_help")),
      h("div", { class: "acts" }, this.park), this.unseen)
    place.append(
      h("h2", {}, t("board.disposition")),
      h("p", { class: "note" }, t(mayRule ? "workboard.dispositions_help" : "work_page.only_look")),
      h("div", { class: "handling" },
        h("aside", { class: "sums-part" }, this.left, this.rest,
          h("table", { class: "numerals" }, h("caption", {}, t("workboard.sums")), this.table, h("tfoot", {}, this.received)), this.check),
        h("div", { class: "decided-part" }, this.areas, this.unseenPart, this.ownPart)))
    this.areas.addEventListener("keydown", originalsKey)
  }

  draw() {
    this.drawSums()
    const shown = [...areas().map((area) => area.id), ""].filter((id) => id || allThemes().some((it) => !it.area) || contributions().some((it) => !it.area))
    keep(this.areas, shown, (id) => id || "none", area, drawArea)
    const own = contributions().filter((it) => it.own)
    this.ownPart.hidden = !own.length
    keep(this.own, own, (it) => it.contribution, single, drawSingle)
    const hidden = hiddenLeft()
    this.unseenPart.hidden = !hidden.length
    label(this.park, t("workboard.park_all", { n: hidden.length }))
    keep(this.unseen, hidden, (it) => it.contribution, single, drawSingle)
  }

  drawSums() {
    const { received, undecided: left, decided: by, by_recipient: recipients } = sums()
    const words = left ? t("board.unhandled", { n: left }) : t("workboard.all_decided")
    if (this.left.textContent !== words) this.left.textContent = words
    this.left.classList.toggle("ok", !left)
    this.rest.hidden = !left || !mayRule
    const rows = KINDS.flatMap(([kind, key]) => [
      [kind, t(key === "park" ? "workboard.parked_n" : `board.disp_${key}`), by[kind] || 0, ""],
      ...Object.entries(recipients).filter(([id]) => goesBy(id) === kind).map(([id, n]) => [`to-${id}`, bodyName(id), n, "of"]),
    ])
    rows.push(["none", t("board.disp_none"), left, left ? "left" : ""])
    keep(this.table, rows, ([key]) => key, () => h("tr", {}, h("th", { scope: "row" }), h("td", {})), (row, [, name, n, look]) => {
      row.className = look
      row.firstChild.textContent = name
      row.lastChild.textContent = String(n)
    })
    this.received.replaceChildren(h("th", { scope: "row" }, t("workboard.received")), h("td", {}, String(received)))
    const { visible = 0, held = 0, hidden = 0, withdrawn = 0 } = sums()
    this.check.textContent = t("workboard.received_as", { visible, held, hidden, withdrawn })
  }
}

// How a recipient gets what it gets: region and state are other authorities.
function goesBy(id) {
  const { kind } = get("matter").bodies.find((body) => body.id === id) || {}
  return kind === "authority" ? "other-authority" : "handover"
}

const hiddenLeft = () => undecided().filter((it) => !seenByPeople(it))

// ── an area ───────────────────────────────────────────────────────────────────────────────────

function area(id) {
  const more = h("details", { class: "alone" }, h("summary", {}), h("ul", { class: "singles" }))
  more.addEventListener("toggle", () => redraw())
  return h("section", { class: "area-part", "data-area-id": id },
    h("h3", {}, id ? areaChip(id) : areaName(id), " ", h("span", { class: "note" })),
    h("ul", { class: "theme-lines" }), h("p", { class: "note none" }, t("workboard.no_themes_here")), more)
}

function drawArea(place, id) {
  const themes = allThemes().filter((it) => (it.area || "") === id)
  const left = undecided().filter((it) => (it.area || "") === id)
  place.querySelector("h3 .note").textContent = left.length ? t("board.unhandled", { n: left.length }) : t("workboard.area_done")
  place.querySelector(":scope > .none").hidden = themes.length > 0
  keep(place.querySelector(".theme-lines"), themes, (it) => it.theme, themeLine, drawTheme)
  const alone = contributions().filter((it) => (it.area || "") === id && !it.theme && seenByPeople(it))
  const more = place.querySelector(".alone")
  more.hidden = !alone.length
  more.querySelector("summary").textContent = t("workboard.alone_n", { n: alone.length, left: alone.filter((it) => !it.disposition).length })
  if (more.open) keep(more.querySelector("ul"), alone, (it) => it.contribution, single, drawSingle)
}

// The quick choice decides at once what needs no more words, and asks for the rest.
function choice(name, what) {
  const select = h("select", { "aria-label": t("workboard.disposition_of", { name }), disabled: !mayRule },
    h("option", { value: "" }, t("board.disp_none")),
    KINDS.map(([kind, key]) => h("option", { value: kind }, t(key === "park" ? "workboard.park_dots" : `board.disp_${key}`))))
  select.addEventListener("change", async () => {
    const kind = select.value
    const put = () => (select.value = select.dataset.now)
    if (kind && !WITHOUT_MORE.includes(kind)) {
      put()
      return decide({ ...what, kind })
    }
    const did = await wish({ type: "set-disposition", ...what, disposition: kind ? { kind } : null }, select)
    if (!did) put()
  })
  return select
}

function drawChoice(select, disposition) {
  const now = disposition ? disposition.kind : ""
  select.dataset.now = now
  if (!asks(select)) select.value = now
}

function themeLine({ theme, title }) {
  const originals = button("", () => showOriginals(inTheme(theme), get(`theme/${theme}`).title), "", "quiet")
  const change = button("workboard.change", () => decide({ themes: [theme] }), "", "quiet")
  return h("li", { "data-answers": "" },
    h("span", { class: "title", dir: "auto" }), h("span", { class: "note size numerals" }),
    choice(title, { themes: [theme] }), h("span", { class: "note reason" }), h("div", { class: "acts" }, originals, mayRule ? change : null))
}

// O on a theme's line.
function originalsKey(event) {
  const line = event.target.closest(".theme-lines li")
  if (!line || event.key.toLowerCase() !== "o" || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  line.querySelector(".acts button").click()
}

function drawTheme(line, it) {
  const [title, size, select, reason, acts] = line.children
  const members = inTheme(it.theme)
  const overridden = members.filter((one) => one.own).length
  title.textContent = it.title
  size.textContent = [t("console.contributions", { n: members.length }), overridden ? t("workboard.own_n", { n: overridden }) : ""].filter(Boolean).join(" · ")
  drawChoice(select, it.disposition)
  const eachHas = members.length > 0 && members.every((one) => one.disposition)
  select.options[0].textContent = t(!it.disposition && eachHas ? "workboard.each_decided" : "board.disp_none")
  select.setAttribute("aria-label", t("workboard.disposition_of", { name: it.title }))
  const detail = it.disposition ? decided(it.disposition) : ""
  const plain = it.disposition && !it.disposition.recipient && !it.disposition.internal ? "" : detail
  reason.textContent = [plain, it.disposition_reason ? `”${it.disposition_reason}”` : ""].filter(Boolean).join(" · ")
  label(acts.firstChild, t("board.originals", { n: members.length }))
  acts.firstChild.setAttribute("aria-label", `${t("board.originals", { n: members.length })}: ${it.title}`)
  if (acts.lastChild !== acts.firstChild) acts.lastChild.hidden = !it.disposition
}

// ── one contribution ──────────────────────────────────────────────────────────────────────────

function single({ contribution: number, language }) {
  return h("li", { "data-answers": "" },
    h("span", { class: "words", dir: "auto", lang: language }),
    h("span", { class: "note" }), choice(t("workboard.contribution_n", { number }), { contributions: [number] }), h("span", { class: "note reason" }))
}

function drawSingle(line, it) {
  const [words, about, select, reason] = line.children
  if (words.textContent !== wordsOf(it)) words.textContent = wordsOf(it)
  about.textContent = [unseen(it), shortOrigin(it), number(it.contribution)].filter(Boolean).join(" · ")
  drawChoice(select, it.disposition)
  reason.textContent = [it.disposition && it.disposition.recipient ? decided(it.disposition) : "", it.disposition_reason ? `”${it.disposition_reason}”` : ""].filter(Boolean).join(" · ")
}

// ── the rest ──────────────────────────────────────────────────────────────────────────────────

// Lists all that would go, and sends exactly what it has listed.
function restToProgramme() {
  let listed = undecided()
  const counts = h("ul", { class: "rest-counts" })
  const list = h("ol", { class: "rest-list", tabindex: "0", "aria-label": t("workboard.rest_list") })
  const fill = () => {
    counts.replaceChildren(...perArea(listed).map(([id, n]) => h("li", {}, h("span", {}, areaName(id)), h("b", { class: "numerals" }, String(n)))),
      h("li", {}, h("span", {}, t("workboard.rest_hidden")), h("b", { class: "numerals" }, String(listed.filter((it) => !seenByPeople(it)).length))))
    list.replaceChildren(...listed.map(original))
  }
  fill()
  const { form } = ask({
    heading: t("workboard.rest_title", { n: listed.length }),
    note: t("workboard.rest_help"),
    content: [counts, list],
    submit: t("workboard.rest_confirm", { n: listed.length }),
    now: () => (same(listed, undecided()) ? "" : t("workboard.rest_changed")),
    send: async ({ why, seen }, press) => {
      const did = await wish({ type: "rest-to-programme", contributions: listed.map((it) => it.contribution), seen, ...(why ? { why } : {}) }, press)
      if (did) return did
      // Refused because something changed: what is listed now is what is left now.
      listed = undecided()
      fill()
      form.querySelector("[type=submit]").textContent = t("workboard.rest_confirm", { n: listed.length })
      return null
    },
  })
}

function perArea(its) {
  const found = new Map()
  for (const it of its) found.set(it.area || "", (found.get(it.area || "") || 0) + 1)
  return [...areas().map((one) => one.id), ""].filter((id) => found.has(id)).map((id) => [id, found.get(id)])
}

const same = (one, other) => one.length === other.length && one.every((it, at) => it.contribution === other[at].contribution)
