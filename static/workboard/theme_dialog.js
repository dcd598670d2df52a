// All about a theme, and what is rarer than naming and moving: area, locks, carrying forward,
// global goals, vision, note, disposition, and dissolving it.
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { say, t } from "../lib/words.js"
import { field } from "../staff/field.js"
import { goalName, goalNumbers } from "../staff/global_goals.js"
import { keep } from "../staff/keyed.js"
import { asks, seen, wish } from "../staff/line.js"
import { areaName, areas } from "../staff/names.js"
import { button, label } from "../staff/press.js"
import { ask, show, top } from "./asking.js"
import { decided } from "./names.js"
import { decide } from "./deciding.js"
import { sizes } from "./heads.js"
import { showOriginals } from "./originals.js"
import { inTheme, referringTo, theme } from "./work.js"

const LOCKS = ["name", "members", "existence"]
const STRENGTHS = ["primary", "partial"]

export function aboutTheme(number) {
  const id = `theme-dialog-${number}`
  const why = h("textarea", { rows: "2", maxlength: "2000" })
  // What the person does next carries the reason, once.
  const reasoned = async (command, press) => {
    const did = await wish(why.value.trim() ? { ...command, why: why.value.trim() } : command, press)
    if (did) why.value = ""
    return did
  }
  const parts = [new Facts(number), new Note(number, reasoned), new Carrying(number, reasoned), new Area(number, reasoned),
    new Locks(number, reasoned), new Goals(number, reasoned), new Anchors(number, reasoned)]
  const gone = button("workboard.dissolve", () => dissolve(number), "", "danger")
  const dialog = h("dialog", { "aria-labelledby": id, class: "about-dialog theme-dialog" },
    top(id, theme(number).title),
    parts[0].element,
    h("details", { class: "with-reason" }, h("summary", {}, t("workboard.reason_for_next")), why),
    parts.slice(1).map((part) => part.element),
    h("section", {}, h("h3", {}, t("workboard.dissolve")), h("p", { class: "note" }, t("workboard.dissolve_help")), gone))
  why.setAttribute("aria-label", t("board.reason"))
  show(dialog, () => {
    const it = theme(number)
    if (!it) return dialog.open && dialog.close()
    const heading = dialog.querySelector("h2")
    if (heading.textContent !== it.title) heading.textContent = it.title
    for (const part of parts) part.show(it)
  })
}

function dissolve(number) {
  const it = theme(number)
  document.querySelector(".theme-dialog").close()
  ask({
    heading: t("workboard.dissolve_title", { title: it.title }),
    note: t("workboard.dissolve_help"),
    submit: t("workboard.dissolve"),
    danger: true,
    send: (said, press) => wish({ type: "dissolve-theme", theme: number, ...said }, press),
  })
}

const part = (key, ...content) => h("section", { "data-answers": "" }, h("h3", {}, t(key)), content)

class Facts {
  constructor(number) {
    this.size = h("p", { class: "size numerals" })
    this.decided = h("p", {})
    this.terms = h("p", { class: "note" })
    this.also = h("p", { class: "note" })
    const away = (press, act) => {
      press.closest("dialog").close()
      act()
    }
    this.originals = button("", (press) => away(press, () => showOriginals([...inTheme(number), ...referringTo(number)], theme(number).title)), "", "quiet")
    this.element = h("section", {}, this.size, this.terms, this.also, this.decided,
      h("div", { class: "acts" }, this.originals,
        button("workboard.decide", (press) => away(press, () => decide({ themes: [number] })), "", "quiet")))
  }

  show(it) {
    const also = referringTo(it.theme).length
    this.size.textContent = sizes(it).join(" · ")
    this.terms.textContent = (it.terms || []).length ? t("board.terms", { words: it.terms.join(", ") }) : ""
    this.also.textContent = also ? t("workboard.referring", { n: also }) : ""
    this.decided.textContent = [`${t("board.disposition")}: ${decided(it.disposition)}`, it.disposition_reason || ""].filter(Boolean).join(" · ")
    label(this.originals, t("board.originals", { n: inTheme(it.theme).length + also }))
  }
}

class Note {
  constructor(number, reasoned) {
    this.text = h("textarea", { rows: "3", maxlength: "2000", dir: "auto" })
    this.other = h("p", { class: "note", role: "status", hidden: true })
    const save = h("button", { type: "submit" }, t("workboard.save_note"))
    this.element = h("form", { class: "asked", "data-answers": "" }, field(t("workboard.theme_note"), this.text), this.other, h("div", { class: "acts" }, save))
    this.began = seen()
    this.element.addEventListener("submit", async (event) => {
      event.preventDefault()
      await reasoned({ type: "note-theme", theme: number, note: this.text.value, seen: this.began }, save)
      this.began = seen()
    })
  }

  // What somebody has begun to write stays; what others wrote is shown beside it.
  show({ note = "" }) {
    if (note === this.shown) return
    const begun = this.shown !== undefined && this.text.value !== this.shown && this.text.value !== note
    if (begun) this.other.textContent = t("workboard.note_now", { note })
    else this.text.value = note
    this.other.hidden = !begun
    this.shown = note
  }
}

class Carrying {
  constructor(number, reasoned) {
    this.radios = ["", "topic", "keyword"].map((value) => h("input", { type: "radio", name: "carried", value }))
    this.kind = h("select", {}, ["keyword", "question"].map((value) => h("option", { value }, t(`kind.${value}`))))
    this.put = field(t("workboard.put_as"), this.kind)
    const send = async (press) => {
      const carried = this.radios.find((radio) => radio.checked).value
      this.put.hidden = !carried
      if (!(await reasoned({ type: "carry-theme", theme: number, carried, kind: this.kind.value }, press))) this.show(theme(number))
    }
    for (const radio of this.radios) radio.addEventListener("change", () => send(radio))
    this.kind.addEventListener("change", () => send(this.kind))
    this.element = part("board.carry",
      h("fieldset", {}, h("legend", { class: "visually-hidden" }, t("board.carry")),
        this.radios.map((radio) => h("label", { class: "check" }, radio, h("span", {}, t(`workboard.carry_${radio.value || "not"}`))))),
      this.put)
  }

  show({ carried = "", kind = "keyword" }) {
    if (asks(this.element)) return
    for (const radio of this.radios) radio.checked = radio.value === carried
    this.kind.value = kind
    this.put.hidden = !carried
  }
}

class Area {
  constructor(number, reasoned) {
    this.select = h("select", { "aria-label": t("board.move") }, [...areas().map((area) => area.id), ""].map((id) => h("option", { value: id }, areaName(id))))
    this.press = button("workboard.move_area", () => reasoned({ type: "move-theme", theme: number, area: this.select.value || null }, this.press), "", "quiet")
    this.element = part("board.move", h("div", { class: "in-line" }, this.select, this.press))
  }

  show({ area }) {
    if (area === this.area) return
    this.area = area
    this.select.value = area || ""
  }
}

class Locks {
  constructor(number, reasoned) {
    this.ticks = LOCKS.map((value) => h("input", { type: "checkbox", value }))
    for (const tick of this.ticks) {
      tick.addEventListener("change", async () => {
        const wanted = Object.fromEntries(this.ticks.map((one) => [one.value, one.checked]))
        if (!(await reasoned({ type: "lock-theme", theme: number, ...wanted }, tick))) this.show(theme(number))
      })
    }
    this.element = part("board.locks", h("p", { class: "note" }, t("workboard.locks_help")),
      this.ticks.map((tick) => h("label", { class: "check" }, tick, h("span", {}, t(`workboard.lock_${tick.value}`)))))
  }

  show({ locks = {} }) {
    if (asks(this.element)) return
    for (const tick of this.ticks) tick.checked = Boolean(locks[tick.value])
  }
}

// The machine's hints with the words that spoke for them; people say how strongly, or not at all.
class Goals {
  constructor(number, reasoned) {
    this.link = (goal, strength, press) => reasoned({ type: "link-theme", theme: number, goal, strength }, press)
    this.list = h("ul", { class: "goals" })
    this.other = h("select", { "aria-label": t("board.other_goal") })
    this.other.addEventListener("change", async () => {
      if (this.other.value) await this.link(Number(this.other.value), "primary", this.other)
      this.other.value = ""
    })
    this.element = part("board.goals", h("p", { class: "note" }, t("board.goals_help")), this.list, this.other)
  }

  show({ linked = [], hints = [] }) {
    const all = [...linked, ...hints.filter((hint) => !linked.some(({ goal }) => goal === hint.goal)).map(({ goal, words }) => ({ goal, words, strength: null }))]
    keep(this.list, all, ({ goal }) => goal, ({ goal }) => this.line(goal), drawGoal)
    const others = goalNumbers.filter((goal) => !all.some((it) => it.goal === goal))
    if (String(others) === this.drawn) return
    this.drawn = String(others)
    this.other.replaceChildren(h("option", { value: "" }, t("board.other_goal")), ...others.map((goal) => h("option", { value: String(goal) }, goalName(goal))))
  }

  line(goal) {
    const presses = STRENGTHS.map((strength) => {
      const press = button(`workboard.strength_${strength}`, () => this.link(goal, press.getAttribute("aria-pressed") === "true" ? null : strength, press), "", "quiet")
      press.dataset.strength = strength
      press.setAttribute("aria-label", t("workboard.act_on", { act: t(`workboard.strength_${strength}`), title: goalName(goal) }))
      return press
    })
    return h("li", { "data-goal": String(goal), "data-answers": "" }, h("b", {}, goalName(goal)), h("span", { class: "note" }), h("div", { class: "acts" }, presses))
  }
}

function drawGoal(line, { words = [], strength }) {
  line.children[1].textContent = words.length ? t("board.goal_because", { words: words.join(", ") }) : t("board.goal_by_people")
  for (const press of line.querySelectorAll("button")) press.setAttribute("aria-pressed", String(press.dataset.strength === strength))
}

class Anchors {
  constructor(number, reasoned) {
    this.ticks = get("matter").anchors.map(({ id }) => h("input", { type: "checkbox", value: id }))
    for (const tick of this.ticks) {
      tick.addEventListener("change", async () => {
        const command = { type: "anchor-theme", theme: number, anchor: tick.value, linked: tick.checked }
        if (!(await reasoned(command, tick))) this.show(theme(number))
      })
    }
    const words = new Map(get("matter").anchors.map(({ id, text }) => [id, say(text).words]))
    this.element = part("workboard.anchors",
      this.ticks.length ? this.ticks.map((tick) => h("label", { class: "check" }, tick, h("span", {}, words.get(tick.value)))) : h("p", { class: "note" }, t("workboard.no_anchors")))
  }

  show({ anchors = [] }) {
    if (asks(this.element)) return
    for (const tick of this.ticks) tick.checked = anchors.includes(tick.value)
  }
}
