// The matrix: what each theme or topic means to each target group, with the words behind every cell.
import { h } from "../lib/element.js"
import { say, t } from "../lib/words.js"
import { areaChip, areas, targetGroupName } from "../staff/names.js"
import { dots } from "./dots.js"
import { Found } from "./found.js"
import { scope } from "./scope.js"
import { choice, contributions, counts, fold, inWords, labelled, matter, part, press, select, tick, voice } from "./views.js"

const SHADES = 4
const narrow = matchMedia("(max-width: 44rem)")

export function mount(place) {
  const shown = { of: "theme", area: "", row: "", order: "spread", even: false }
  const filters = h("div", { class: "filters" })
  const table = h("div", { class: "matrix" })
  const single = h("section", { class: "single-voices" })
  const dotted = h("section", { class: "dots-by-group" })
  const opened = dialog()
  const found = new Found(draw)
  found.place = place
  place.append(h("h2", {}, t("matrix.title")), h("p", { class: "note lead" }, t("matrix.help")), filters, table, dotted, single, opened)
  narrow.addEventListener("change", draw)

  function draw() {
    if (!matter()) return
    found.fresh()
    part(filters, [shown, found.scope, areas(), matter().sessions, found.failed], drawFilters)
    const findings = found.findings
    if (!findings) return part(table, found.failed, () => (found.failed ? h("p", { class: "answer" }, found.failed) : h("p", { class: "note" }, t("matrix.wait"))))
    const rows = inOrder(findings.matrix.rows.filter((row) => row.of === shown.of && (!shown.area || row.area === shown.area)), shown.order, findings)
    const data = [rows, shown.order, shown.even, findings.matrix, findings.target_groups.map((group) => group.id), shown.row, narrow.matches, found.scope.edition]
    part(table, data, () => [notes(findings), rows.length ? (narrow.matches ? oneByOne(rows, findings) : wide(rows, findings)) : h("p", { class: "nothing-yet" }, t(`matrix.no_${shown.of}s`))])
    part(dotted, [findings.dots, findings.sessions.map((one) => one.session), matter().target_groups], () => dots(findings))
    part(single, [findings.areas.map((area) => [area.area, area.single]), shown.area, found.scope], () => singleVoices(findings))
  }

  function drawFilters() {
    const change = (what) => () => draw(Object.assign(shown, what))
    return [
      choice("matrix-of", t("matrix.show"), [["theme", t("matrix.themes")], ["topic", t("matrix.topics")]], shown.of, (of) => change({ of, row: "" })()),
      labelled(t("matrix.area"), select(t("matrix.area"), [["", t("matrix.all_areas")], ...areas().map((area) => [area.id, `${area.number} ${say(area.name).words}`])], shown.area, (area) => change({ area, row: "" })(), { "data-here": "matrix-area" })),
      scope(found, "matrix"),
      choice("matrix-order", t("matrix.order"), [["spread", t("matrix.by_spread")], ["size", t("matrix.by_size")]], shown.order, (order) => change({ order, row: "" })()),
      choice("matrix-edition", t("matrix.edition"), [["internal", t("matrix.internal")], ["public", t("matrix.public")]], found.scope.edition, (edition) => {
        found.look({ edition })
        draw()
      }),
    ]
  }

  function notes(findings) {
    return h("div", { class: "notes" },
      h("p", { class: "note" }, t(`matrix.by_${shown.order}_help`)),
      h("p", { class: "note" }, t("matrix.words_help")),
      found.scope.edition === "public" ? h("p", { class: "caution" }, guarded(findings.matrix)) : null)
  }

  // ── as a table ──────────────────────────────────────────────────────────────────────────────

  function wide(rows, findings) {
    const { residents, apart, silent } = columns(rows, findings)
    const all = [...residents, ...apart]
    const head = h("thead", {},
      h("tr", {}, h("th", { scope: "col", rowspan: "2", class: "corner" }, t(`matrix.${shown.of}`)),
        h("th", { scope: "colgroup", colspan: String(residents.length + 1) }, t("matrix.residents")),
        apart.length ? h("th", { scope: "colgroup", colspan: String(apart.length), class: "apart" }, t("matrix.apart")) : null),
      h("tr", {}, h("th", { scope: "col", class: "total" }, t("matrix.total")), residents.map((id) => h("th", { scope: "col" }, targetGroupName(id))),
        apart.map((id) => h("th", { scope: "col", class: "apart" }, targetGroupName(id)))))
    const body = h("tbody", {}, rows.map((row) => h("tr", {},
      h("th", { scope: "row" }, about(row)),
      cell(row, null, row.total, findings, "total"),
      all.map((id) => cell(row, id, row.cells[id], findings, apart.includes(id) ? "apart" : "")))))
    return [
      h("div", { class: "scroller", role: "region", tabindex: "0", "aria-label": t("matrix.table"), "data-scrolls": "" },
        h("table", {}, h("caption", { class: "visually-hidden" }, t("matrix.table")), head, body)),
      silent.length ? h("p", { class: "note" }, t(found.scope.edition === "public" ? "matrix.nothing_shown" : "matrix.nothing_from", { target_groups: inWords(silent.map(targetGroupName)) })) : null,
    ]
  }

  function about(row) {
    return [
      h("p", { class: "name", dir: "auto" }, row.title),
      h("p", { class: "about" }, areaChip(row.area)),
      row.agree.length ? h("p", { class: "note", dir: "auto" }, h("b", {}, t("matrix.agree")), " ", row.agree.join(", ")) : null,
      row.unique_to ? h("p", { class: "note" }, h("span", { class: "mark" }, t("matrix.only", { target_group: targetGroupName(row.unique_to) }))) : null,
    ]
  }

  function cell(row, id, it, findings, look) {
    if (!it || (it.people === null && it.contributions === null) || !it.contributions)
      return h("td", { class: `none ${look}` }, h("span", { "aria-hidden": "true" }, "–"), h("span", { class: "visually-hidden" }, t("matrix.nothing")))
    const words = it.words.length ? h("span", { class: "words", dir: "auto" }, it.words.join(", ")) : null
    const numbers = [it.people ? h("span", { class: "people numerals" }, t("matrix.people", { n: it.people })) : null, h("span", { class: "posts numerals" }, t("count.contributions", { n: it.contributions }))]
    const there = id === null ? columns([row], findings).residents.some((one) => row.cells[one].sources.length) : it.sources.length
    const inside = there
      ? h("button", { type: "button", "data-here": `cell/${row.of}/${row.id}/${id || "all"}`, onclick: () => open(row, id, it, findings) }, numbers, words)
      : [numbers, words]
    return h("td", { class: `${look} ${id && !look ? shade(row, it) : ""}` }, inside)
  }

  // What one target group has said in a row, or (without `id`) all residents, group by group.
  function open(row, id, it, findings) {
    const list = h("div", {})
    const fill = () => list.replaceChildren(...(id === null
      ? columns([row], findings).residents.filter((one) => row.cells[one].sources.length).map((one) => h("section", {}, h("h3", {}, targetGroupName(one)), some(row, one, findings)))
      : some(row, id, findings)).flat(9).filter(Boolean))
    fill()
    opened.fill(
      `${row.title}: ${id === null ? t("matrix.total") : targetGroupName(id)}`,
      h("p", {}, counts(it.people, it.contributions)),
      it.words.length && id !== null ? h("p", { class: "note", dir: "auto" }, h("b", {}, t("matrix.apart_words")), " ", it.words.join(", ")) : null,
      evenly("cell-even", row, id, findings, fill),
      list)
  }

  // The choice, where there is more than one target group to weigh.
  function evenly(name, row, id, findings, changed) {
    return beside(row, id, findings).length < 2 ? null : tick(name, t("matrix.even"), shown.even, (even) => {
      shown.even = even
      changed()
    })
  }

  function some(row, id, findings) {
    const { sources } = row.cells[id]
    const most = shown.even ? Math.min(...beside(row, id, findings).map((one) => row.cells[one].sources.length)) : sources.length
    return [most < sources.length ? h("p", { class: "note" }, t("matrix.some_voices", { n: most, of: sources.length })) : null, voices(sources.slice(0, most), findings)]
  }

  // ── one at a time, on a phone ───────────────────────────────────────────────────────────────

  function oneByOne(rows, findings) {
    const at = Math.max(0, rows.findIndex((row) => row.id === shown.row))
    const row = rows[at]
    const go = (to) => {
      shown.row = rows[to].id
      draw()
    }
    const { residents, apart } = columns([row], findings)
    const group = (id) => h("li", { class: "cell" },
      h("h4", {}, targetGroupName(id)),
      h("p", { class: "numerals" }, counts(row.cells[id].people, row.cells[id].contributions)),
      row.cells[id].words.length ? h("p", { class: "note", dir: "auto" }, row.cells[id].words.join(", ")) : null,
      row.cells[id].sources.length ? fold(`voices/${row.id}/${id}`, t("matrix.read"), some(row, id, findings)) : null)
    return [
      h("div", { class: "one-by-one" },
        select(t(`matrix.${shown.of}`), rows.map((one) => [one.id, one.title]), row.id, (id) => go(rows.findIndex((one) => one.id === id)), { "data-here": "one-row" }),
        h("div", { class: "acts" },
          press(t("matrix.before"), () => go(at - 1), "quiet", { disabled: at === 0, "data-here": "one-before" }),
          press(t("matrix.after"), () => go(at + 1), "quiet", { disabled: at === rows.length - 1, "data-here": "one-after" }),
          h("span", { class: "note numerals" }, t("matrix.of", { at: at + 1, n: rows.length })))),
      h("h3", { dir: "auto" }, row.title),
      about(row).slice(1),
      row.total.contributions ? h("p", { class: "numerals" }, h("b", {}, t("matrix.residents")), " ", counts(row.total.people, row.total.contributions)) : null,
      evenly("row-even", row, null, findings, draw),
      h("ul", { class: "cells" }, residents.map(group)),
      apart.length ? [h("h3", {}, t("matrix.apart")), h("ul", { class: "cells" }, apart.map(group))] : null,
    ]
  }

  function singleVoices(findings) {
    const parts = findings.areas.filter((area) => area.single.length && (!shown.area || area.area === shown.area))
    const n = parts.reduce((sum, area) => sum + area.single.length, 0)
    return [
      h("h3", {}, t("matrix.single")),
      h("p", { class: "note" }, n ? t("matrix.single_help", { n }) : t("matrix.no_single")),
      parts.map((area) => fold(`single/${area.area}`, [areaChip(area.area), " ", h("span", { class: "count" }, t("count.contributions", { n: area.single.length }))], voices(area.single, findings))),
    ]
  }

  return { draw }
}

// What the public edition withholds, in words: a table of dashes alone looks broken.
function guarded({ suppressed, rows }) {
  const k = matter().fewest
  const shows = rows.some((row) => [row.total, ...Object.values(row.cells)].some((it) => it && it.contributions))
  if (!suppressed) return t("matrix.none_suppressed")
  return shows ? t("board.small_cell", { k }) : t("matrix.all_suppressed", { k })
}

// Residents' target groups and those that are kept apart, of which something is shown; the rest.
function columns(rows, findings) {
  const heard = (id) => rows.some((row) => row.cells[id] && row.cells[id].contributions)
  const resident = new Set(findings.target_groups.filter((group) => group.resident).map((group) => group.id))
  const ids = findings.matrix.target_groups
  return {
    residents: ids.filter((id) => resident.has(id) && heard(id)),
    apart: ids.filter((id) => !resident.has(id) && heard(id)),
    silent: ids.filter((id) => !heard(id)),
  }
}

// Those that a target group (null: residents) is weighed against in a row, itself among them.
function beside(row, id, findings) {
  const { residents, apart } = columns([row], findings)
  return (apart.includes(id) ? apart : residents).filter((one) => row.cells[one].sources.length)
}

// What most target groups of residents speak of comes first, or what is said most of.
function inOrder(rows, order, findings) {
  const size = (row) => (row.total.contributions || 0) + (row.apart.contributions || 0)
  const measured = rows.map((row) => ({ row, spread: columns([row], findings).residents.length, size: size(row) }))
  const then = order === "spread" ? "size" : "spread"
  return measured.sort((one, other) => other[order] - one[order] || other[then] - one[then]).map(({ row }) => row)
}

// How large a share of the row is here, in steps: a help for the eye, beside the numbers.
function shade(row, it) {
  const sum = Object.values(row.cells).reduce((sum, one) => sum + (one.contributions || 0), 0)
  return `shade-${Math.ceil((SHADES * it.contributions) / Math.max(1, sum))}`
}

function voices(sources, findings) {
  const texts = new Map(contributions().map((it) => [it.contribution, it]))
  return h("ul", { class: "own-words" }, sources.map((number) => {
    const it = findings.contributions[number] || texts.get(number)
    return it ? voice(it) : null
  }))
}

function dialog() {
  const heading = h("h2", { id: "cell-heading", dir: "auto" })
  const content = h("div", {})
  const close = press(t("matrix.close"), () => made.close())
  const made = h("dialog", { "aria-labelledby": "cell-heading", class: "cell-dialog" }, h("div", { class: "dialog-top" }, heading, close), content)
  made.addEventListener("click", (event) => event.target === made && made.close())
  made.fill = (title, ...parts) => {
    heading.textContent = title
    content.replaceChildren(...parts.filter(Boolean))
    made.showModal()
    made.scrollTop = 0
  }
  return made
}
