// The documents: the texts that only people can write beside a preview, files, versions, what has been
// sent and published.
import { h } from "../lib/element.js"
import { get, position } from "../lib/records.js"
import { at, config, t } from "../lib/words.js"
import { answer, wish } from "../staff/line.js"
import { ask as fetchJson, post, refusal } from "../staff/post.js"
import { ask } from "./asking.js"
import { Differences } from "./differences.js"
import { disclosure } from "./disclosure.js"
import { disposal, protocols } from "./disposal.js"
import { importing } from "./importing.js"
import { keepRest, rest } from "./tabs.js"
import { addressOf, drafts, fold, handsOut, keepsRecords, labelled, leads, matter, momentOf, part, press, select, sessionName } from "./views.js"
import { pending, written } from "./written.js"

const KINDS = ["summary", "board", "ksau", "remiss", "council", "programme", "handover", "feedback", ...(handsOut ? ["archive"] : [])]
const FORMATS = { summary: ["docx", "pdf", "html"], board: ["docx", "pdf", "html"], ksau: ["docx", "pdf", "html"], remiss: ["docx", "pdf", "html"], council: ["docx", "pdf", "html"], programme: ["docx", "pdf", "html", "csv", "json"], handover: ["docx", "csv", "xlsx"], feedback: ["html", "pdf", "docx"], archive: ["zip"] }
const TABLES = ["xlsx", "csv", "json"]
const FROZEN_AS = { summary: "summary", board: "areas", ksau: "result", remiss: "goals", council: "goals", programme: "result", handover: "result", feedback: "result", archive: "result" }
const judges = ["facilitator", "registrar"].includes(config.role) // what is not shown may be read by these
const narrow = matchMedia("(max-width: 64rem)")
const ASK_EVERY = 1000 // ms, while files are being made
const SETTLED = 900 // ms from a saved text to a new preview

export function mount(place) {
  const shown = { kind: KINDS.includes(rest()) ? rest() : "summary", session: "", preview: matchMedia("(min-width: 64rem)").matches }
  const freezing = { of: "", words: "", sessions: [] }
  const rendering = { now: null }
  const kinds = h("nav", { class: "kinds", "aria-label": t("document.kinds") })
  const about = h("header", { class: "about-document" })
  const texts = h("section", { class: "texts" })
  const frame = h("iframe", { sandbox: "allow-same-origin", title: t("document.preview"), loading: "lazy" })
  const fetching = h("span", { class: "note", role: "status" })
  frame.addEventListener("load", () => frame.getAttribute("src") && (fetching.textContent = t("board.draft_mark")))
  const preview = h("section", { class: "preview", "aria-label": t("document.preview") })
  const files = h("section", { class: "files" })
  const versions = h("section", { class: "versions" })
  const differences = new Differences()
  const records = h("div", {})
  const earlier = h("div", {})
  const going = h("div", {})
  const gone = h("section", { class: "gone" })
  place.append(h("h2", {}, t("document.title")), h("p", { class: "note lead" }, t("document.help")),
    h("div", { class: "documents" }, kinds, h("div", { class: "document" }, about, h("div", { class: "writing" }, texts, preview), files)),
    versions, differences.element, h("section", { class: "others" }, records, earlier, going), gone)

  function draw() {
    const process = get("process")
    const written = get("texts")
    if (!process || !written || !matter()) return
    if (KINDS.includes(rest())) shown.kind = rest() // somebody has changed the address
    const sessions = matter().sessions
    if (!sessions.some((one) => one.session === shown.session)) shown.session = sessions.length ? sessions[0].session : ""
    part(kinds, [narrow.matches, shown.kind, written.texts.map(({ document, field, session }) => [document, field, session]), shown.session], () => drawKinds(written.texts))
    part(about, [shown.kind, shown.session, sessions], drawAbout)
    const here = written.texts.filter((one) => one.document === shown.kind && one.session === forSession())
    part(texts, [shown.kind, shown.session, here, fieldsOf(shown.kind).map((field) => [(pending(idOf(field)) || {}).base, (pending(idOf(field)) || {}).seq])], () => drawTexts(here))
    part(preview, [shown.preview, shown.kind], drawPreview)
    point(here)
    part(files, [shown.kind, shown.session, process.versions, freezing, rendering.now, sessions], () => drawFiles(process.versions))
    part(versions, [process.versions, process.dispatches, matter().bodies], () => drawVersions(process))
    differences.draw(process.versions)
    // Apart, so that what is being done in one stays when another must be drawn anew.
    part(records, [matter().areas, matter().target_groups, matter().sessions, keepsRecords], () => [disclosure()])
    part(earlier, [matter().areas, matter().target_groups], () => [config.role === "facilitator" ? importing() : null])
    part(going, [], () => [disposal()])
    part(gone, [process.disposals, matter().bodies], () => protocols(process.disposals || []))
  }

  narrow.addEventListener("change", () => draw())

  const forSession = () => (shown.kind === "summary" ? shown.session : "")
  const idOf = (field) => `text/${shown.kind}/${forSession()}/${field}`
  const scope = () => (shown.kind === "summary" && shown.session ? { sessions: shown.session } : {})

  function drawKinds(written) {
    if (narrow.matches) return labelled(t("document.which"), select(t("document.which"), KINDS.map((kind) => [kind, t(`document.${kind}`)]), shown.kind, go, { "data-here": "kind" }))
    return h("ul", {}, KINDS.map((kind) => {
      const fields = fieldsOf(kind)
      const session = kind === "summary" ? shown.session : ""
      const left = fields.filter((field) => !written.some((one) => one.document === kind && one.field === field && one.session === session))
      return h("li", {}, h("button", { type: "button", "aria-pressed": String(kind === shown.kind), "data-here": `kind/${kind}`, onclick: () => go(kind) },
        h("span", { class: "name" }, t(`document.${kind}`)),
        h("span", { class: "count" }, !fields.length ? "" : left.length ? t("document.left", { n: left.length }) : t("document.all_written"))))
    }))
  }

  function go(kind) {
    shown.kind = kind
    keepRest(kind)
    draw()
  }

  function drawAbout() {
    return [
      h("h3", {}, t(`document.${shown.kind}`)),
      h("dl", { class: "about-facts" }, h("dt", {}, t("document.for_whom")), h("dd", {}, t(`document.${shown.kind}_for`)), h("dt", {}, t("document.when")), h("dd", {}, t(`document.${shown.kind}_when`)),
        h("dt", {}, t("document.what")), h("dd", {}, t(`document.${shown.kind}_what`))),
      shown.kind === "summary" ? labelled(t("document.session"), select(t("document.session"), matter().sessions.map((one) => [one.session, sessionName(one.session)]), shown.session, (session) => draw(Object.assign(shown, { session })), { "data-here": "document-session" })) : null,
    ]
  }

  // ── texts and preview ───────────────────────────────────────────────────────────────────────

  function drawTexts(here) {
    const fields = fieldsOf(shown.kind)
    const textOf = (field) => (here.find((one) => one.field === field) || { text: "" }).text
    const left = fields.filter((field) => !textOf(field))
    return [
      h("h4", {}, t("document.texts")),
      h("p", { class: "note" }, left.length ? t("document.missing", { n: left.length }) : t("document.nothing_missing")),
      fields.map((field) => written({
        id: idOf(field), label: t(`document.field_${field}`), help: helpOf(field), value: textOf(field), rows: 4, limit: 4000, mark: textOf(field) ? "" : t("document.is_missing"), readonly: !drafts, redraw: draw,
        command: (text) => ({ type: "write-text", document: shown.kind, field, session: forSession(), text }),
      })),
    ]
  }

  function drawPreview() {
    const toggle = press(t(shown.preview ? "document.hide_preview" : "document.show_preview"), () => draw(Object.assign(shown, { preview: !shown.preview })), "quiet small", { "data-here": "preview", "aria-expanded": String(shown.preview) })
    if (shown.kind === "archive") return h("p", { class: "note" }, t("document.no_preview"))
    return [h("div", { class: "preview-line" }, h("h4", {}, t("document.preview")), fetching, toggle), shown.preview ? frame : null]
  }

  // The frame shows the document as it is with what has been saved, once that has come to rest.
  function point(here) {
    if (!shown.preview || shown.kind === "archive") return
    const source = addressOf("document", { for: shown.kind, format: "html", ...scope() })
    const state = JSON.stringify([source, here])
    if (frame.state === state) return
    const first = !frame.state || !frame.state.includes(JSON.stringify(source))
    frame.state = state
    fetching.textContent = t("document.fetching")
    clearTimeout(frame.later)
    frame.later = setTimeout(() => frame.setAttribute("src", `${source}&at=${position().seq}`), first ? 0 : SETTLED)
  }

  // ── files ───────────────────────────────────────────────────────────────────────────────────

  function drawFiles(versions) {
    const formats = [...new Set([...FORMATS[shown.kind], ...(shown.kind === "archive" ? (judges ? ["restricted"] : []) : TABLES)])]
    const link = (format) => h("a", { class: "button quiet", href: addressOf("document", { for: shown.kind, format, ...scope() }), download: "", "data-here": `get/${format}` }, t(`document.format_${format}`))
    return [
      h("h4", {}, t("document.working_draft")),
      h("p", { class: "note" }, t("document.working_draft_help")),
      h("p", { class: "acts" }, formats.map(link)),
      leads ? freeze(versions) : null,
      rendering.now ? h("p", { class: "progress", role: "status" }, rendering.now) : null,
    ]
  }

  function freeze() {
    const of = freezing.of || FROZEN_AS[shown.kind]
    const ticks = matter().sessions.map(({ session }) => h("label", { class: "check" },
      h("input", { type: "checkbox", name: "session", value: session, checked: shown.kind === "summary" ? session === shown.session : false, "data-here": `freeze/${session}` }), h("span", {}, sessionName(session))))
    const why = h("input", { type: "text", maxlength: "500", "data-here": "freeze-why" })
    const what = select(t("document.freeze_what"), ["summary", "areas", "result", "goals"].map((one) => [one, t(`document.of_${one}`)]), of, () => {}, { "data-here": "freeze-of" })
    const go = h("button", { type: "submit", class: "primary", "data-here": "freeze-go" }, t("board.freeze"))
    const form = h("form", { class: "freezing", "data-answers": "" },
      h("p", { class: "note" }, t("document.freeze_help")),
      labelled(t("document.freeze_what"), what),
      h("fieldset", {}, h("legend", {}, t("document.freeze_sessions")), ticks),
      labelled(t("coverage.why_on"), why, "wide"), go, h("p", { class: "answer", role: "alert" }))
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      const sessions = [...form.querySelectorAll("[name=session]:checked")].map((one) => one.value)
      send(form, go, { of: what.value, sessions, why: why.value.trim() })
    })
    return fold("freeze", t("board.freeze"), form)
  }

  async function send(form, go, body) {
    const said = form.querySelector(".answer")
    go.setAttribute("aria-busy", "true")
    said.textContent = ""
    const reply = await post(at(`/api/dialogue/${encodeURIComponent(config.dialogue)}/freeze`), body)
    go.removeAttribute("aria-busy")
    if (!reply.ok) return (said.textContent = refusal(reply))
    follow()
  }

  // Says how far the files have come, until they are there.
  async function follow() {
    const reply = await fetchJson(addressOf("rendering", {}))
    const { version, done, total } = reply.ok ? reply.body : {}
    const now = version ? t("document.progress", { version, done, total }) : ""
    rendering.now = now
    draw()
    if (now) setTimeout(follow, ASK_EVERY)
  }
  follow()

  // ── versions ────────────────────────────────────────────────────────────────────────────────

  function drawVersions({ versions, dispatches }) {
    return [
      h("h3", {}, t("document.versions")),
      versions.length ? null : h("p", { class: "nothing-yet" }, t("document.no_versions")),
      h("ol", { class: "version-list", reversed: true }, [...versions].sort((one, other) => other.version - one.version).map((version) => h("li", { class: "version", "data-answers": "" },
        h("p", {}, h("b", {}, t("document.version_title", { n: version.version })), " ", t(`document.of_${version.of}`), " ", marks(version, dispatches)),
        h("p", { class: "note" }, t("document.frozen", { date: momentOf(version.at), who: t(`work_page.actor_${version.actor}`) }), " · ", version.sessions.length ? version.sessions.map(sessionName).join("; ") : t("document.all_sessions")),
        version.why ? h("p", {}, version.why) : null,
        filesOf(version),
        leads || keepsRecords ? acts(version) : null))),
    ]
  }

  function marks(version, dispatches) {
    const sent = dispatches.some((one) => one.version === version.version)
    return [version.sent_out ? "sent_out" : "", version.published ? "published" : "", sent ? "dispatched" : ""].filter(Boolean).map((one) => [h("span", { class: "mark" }, t(`document.is_${one}`)), " "])
  }

  function filesOf({ version, files: kept, log_hash, upto }) {
    const files = kept.filter((file) => KINDS.includes(file.document))
    if (!files.length) return h("p", { class: "note" }, t("document.no_files"))
    return fold(`files/${version}`, t("document.files", { n: files.length }),
      h("ul", { class: "file-list" }, files.filter((file) => judges || file.format !== "restricted").map((file) => h("li", {},
        h("a", { href: addressOf("document", { for: file.document, format: file.format, version, edition: file.edition }), download: file.name }, `${t(`document.${file.document}`)}, ${t(`document.format_${file.format}`)}`),
        h("span", { class: "note" }, ` ${t(`document.edition_${file.edition}`)} · ${t("document.size", { n: Math.max(1, Math.round(file.size / 1024)) })}`),
        h("span", { class: "note hash" }, `SHA-256 ${file.sha256}`)))),
      h("p", { class: "note hash" }, t("document.log", { seq: upto }), ` SHA-256 ${log_hash}`))
  }

  function acts(version) {
    const one = (words, type, here) => press(words, (button) => wish({ type, version: version.version }, button), "quiet", { "data-here": `${here}/${version.version}` })
    return [
      h("div", { class: "acts" },
        leads && version.of === "areas" && !version.sent_out ? one(t("document.send_out"), "send-out-topics", "send-out") : null,
        version.files.some((file) => file.document === "feedback") && !version.published ? press(t("document.publish"), () => publish(version), "quiet", { "data-here": `publish/${version.version}` }) : null),
      ["facilitator", "registrar"].includes(config.role) ? fold(`dispatch/${version.version}`, t("document.dispatch"), dispatching(version)) : null,
    ]
  }

  // Everybody can read it at once and it cannot be undone, so it is asked about first.
  function publish({ version }) {
    ask({
      heading: t("document.publish_title", { n: version }),
      note: t("document.publish_help"),
      submit: t("document.publish_go"),
      reason: false,
      send: (said, button) => wish({ type: "publish-feedback", version, ...said }, button),
    })
  }

  function dispatching(version) {
    const kinds = [...new Set(version.files.map((file) => file.document))]
    const which = select(t("document.which"), (kinds.length ? kinds : KINDS).map((kind) => [kind, t(`document.${kind}`)]), "", () => {}, { "data-here": `dispatch-kind/${version.version}` })
    const how = h("input", { type: "text", maxlength: "500", "data-here": `dispatch-how/${version.version}` })
    const go = h("button", { type: "submit", "data-here": `dispatch-go/${version.version}` }, t("document.dispatch_go"))
    const form = h("form", { class: "dispatching", "data-answers": "" }, labelled(t("document.which"), which),
      h("fieldset", {}, h("legend", {}, t("document.recipients")), h("div", { class: "tick-list" }, matter().bodies.map((body) => h("label", { class: "check" }, h("input", { type: "checkbox", name: "recipient", value: body.id, "data-here": `to/${version.version}/${body.id}` }), h("span", {}, body.name))))),
      labelled(t("document.how"), how, "wide"), go)
    form.addEventListener("submit", async (event) => {
      event.preventDefault()
      const recipients = [...form.querySelectorAll("[name=recipient]:checked")].map((one) => one.value)
      if (!recipients.length) return answer(go, t("document.no_recipient"))
      if (await wish({ type: "record-dispatch", version: version.version, document: which.value, recipients, why: how.value.trim() }, go)) form.reset()
    })
    return matter().bodies.length ? form : h("p", { class: "note" }, t("process.no_bodies"))
  }

  return { draw }
}

const fieldsOf = (kind) => (config.texts || {})[kind] || []

function helpOf(field) {
  const key = `document.help_${field}`
  const words = t(key)
  return words === key ? "" : words
}
