// Earlier material from a spreadsheet: what would come of it is shown first, with what is wrong in
// which row. All of it goes in, or nothing.
import { h } from "../lib/element.js"
import { at, say, t } from "../lib/words.js"
import { areaName, targetGroupName } from "../staff/names.js"
import { ask } from "../staff/post.js"
import { addressOf, labelled, matter, select } from "./views.js"

const PATIENCE = 60000 // ms: a process of its own reads the file

const FIRST_COLUMN = "1"
const COLUMNS = ["text", "area", "kind", "target_group", "language"]
const KINDS = ["keyword", "question", "meaning"]
const LIKELY = {
  text: /text|bidrag|innehåll|svar|contribution/i, area: /område|area/i, kind: /^typ|kind|slag/i, target_group: /målgrupp|target/i, language: /språk|lang/i,
}

export function importing() {
  const file = h("input", { type: "file", accept: ".xlsx,.csv,.tsv,.txt", "data-here": "import-file" })
  const asked = h("div", {})
  const shown = h("div", { class: "import-preview", role: "status" })
  let options = null // what stands in which column, once the file's columns are known
  let chosen = null // {name, content}, as it was when it was chosen
  let turn = 0

  // A file that has been mended is often chosen again under the same name.
  file.addEventListener("click", () => (file.value = ""))
  file.addEventListener("change", async () => {
    options = null
    asked.replaceChildren()
    shown.replaceChildren()
    const [it] = file.files
    chosen = it && { name: it.name, content: await it.arrayBuffer() }
    if (chosen) look()
  })

  // Looks through the file, or with "write" brings it in.
  async function look(mode = "preview") {
    const mine = ++turn
    shown.replaceChildren(h("p", {}, t("document.reading")))
    const query = { mode, ...(options || { text: FIRST_COLUMN, title: titleOf(chosen) }) }
    const answer = await ask(addressOf("import", Object.fromEntries(Object.entries(query).filter(([, value]) => value))), { method: "POST", body: chosen.content }, PATIENCE)
    if (mine !== turn) return
    if (!answer.body.columns) return shown.replaceChildren(h("p", { class: "answer", role: "alert" }, t(answer.status ? "document.cannot_import" : "staff.no_answer")))
    if (!options) {
      options = likely(answer.body.columns, query.title)
      choose(answer.body.columns)
      return look()
    }
    draw(answer.body)
  }

  function choose(columns) {
    const change = (name) => (value) => {
      options[name] = value
      look()
    }
    const column = (name) => labelled(t(`document.column_${name}`), select("", [...(name === "text" ? [] : [["", t("document.no_column")]]), ...columns.map((one) => [one, one])], options[name], change(name), { "data-here": `import/${name}` }))
    const channel = select("", [["import", t("channel.import")], ["committee", t("document.import_committee")]], options.channel, change("channel"), { "data-here": "import/channel" })
    const title = h("input", { type: "text", maxlength: "120", value: options.title, "data-here": "import/title" })
    title.addEventListener("change", () => (options.title = title.value.trim()))
    asked.replaceChildren(h("p", { class: "note" }, t("document.import_committee_help")), h("div", { class: "inline" },
      labelled(t("document.import_title"), title, "wide"),
      labelled(t("document.import_channel"), channel),
      COLUMNS.map(column),
      labelled(t("document.all_area"), select("", [["", t("console.no_area")], ...matter().areas.map((area) => [area.id, `${area.number} ${say(area.name).words}`])], options.all_area, change("all_area"), { "data-here": "import/all_area" })),
      labelled(t("document.all_kind"), select("", KINDS.map((kind) => [kind, t(`kind.${kind}`)]), options.all_kind, change("all_kind"), { "data-here": "import/all_kind" }))))
  }

  function draw(found) {
    if (found.session) {
      asked.replaceChildren()
      return shown.replaceChildren(h("p", { class: "ok" }, t("document.imported", { n: found.rows })), waiting(found))
    }
    const go = h("button", { type: "button", class: "primary", "data-here": "import-go", disabled: found.mistakes.length > 0 || !found.rows }, t("document.import_go", { n: found.rows }))
    go.addEventListener("click", () => look("write"))
    shown.replaceChildren(
      ...found.notes.map((note) => h("p", { class: "note" }, note)),
      found.mistakes.length ? mistakes(found.mistakes) : "",
      waiting(found),
      found.first.length ? sample(found) : "",
      go)
  }

  return h("section", { class: "importing" }, h("h3", {}, t("document.import")), h("p", { class: "note" }, t("document.import_help")),
    labelled(t("document.import_file"), file), asked, shown)
}

// To be read on the moderators' page of the session that the material becomes.
function waiting({ flagged: n, session }) {
  return n ? h("p", { class: "note" }, t("document.import_flagged", { n }), " ",
    session ? h("a", { href: at(`/moderate/${session}`) }, t("console.queue")) : null) : ""
}

const titleOf = (file) => file.name.replace(/\.\w+$/, "")

function likely(columns, title) {
  const found = Object.fromEntries(COLUMNS.map((name) => [name, columns.find((column) => LIKELY[name].test(column)) || ""]))
  return { ...found, text: found.text || columns[0], title, all_area: "", all_kind: "keyword", channel: "import" }
}

function mistakes(all) {
  return h("div", { class: "caution" }, h("p", {}, h("b", {}, t("document.mistakes", { n: all.length }))),
    h("ul", {}, all.map(({ line, column, why }) => h("li", {}, h("b", { class: "numerals" }, t("document.row", { line })), column ? ` ${column}: ` : " ", why))))
}

function sample({ first, lines, rows }) {
  const head = ["document.row_number", "document.column_text", "document.column_area", "document.column_kind", "document.column_target_group"]
  return h("div", { class: "scroller", role: "region", tabindex: "0", "aria-label": t("document.import_preview") },
    h("table", {}, h("caption", {}, t("document.first_rows", { n: first.length, of: rows })),
      h("thead", {}, h("tr", {}, head.map((key) => h("th", { scope: "col" }, t(key))))),
      h("tbody", {}, first.map((row, at) => h("tr", {},
        h("th", { scope: "row", class: "numerals" }, String(lines[at])),
        h("td", { dir: "auto", lang: row.language }, row.text), h("td", {}, row.area ? areaName(row.area) : t("console.no_area")), h("td", {}, t(`kind.${row.kind}`)), h("td", {}, targetGroupName(row.target_group)))))))
}
