// <console-screen>: the groups and voices as they stand, so that the projector holds no surprise.
import { h } from "../lib/element.js"
import { get, keys, watch } from "../lib/records.js"
import { translated } from "../lib/translated.js"
import { at, config, say, t } from "../lib/words.js"
import { groupedBy, waitingWords } from "../staff/grouping.js"
import { keep } from "../staff/keyed.js"
import { areaChip, areaName, areaNumber, areas, fill, targetGroupName } from "../staff/names.js"

const VOICES = 30

class ConsoleScreen extends HTMLElement {
  connectedCallback() {
    this.choice = h("select", { "aria-label": t("console.area") })
    this.choice.addEventListener("change", () => this.update())
    this.state = h("p", { class: "note" })
    this.groups = h("ol", { class: "groups" })
    this.voices = h("details", { class: "voices" }, h("summary", {}), h("ul", {}))
    this.results = h("div", { class: "results" })
    this.by = h("p", { class: "note by" })
    const board = h("a", { class: "button quiet", href: at(`/board/${config.session}`) }, t("console.to_groups"))
    this.append(this.state, this.results, this.choice, this.groups, this.voices, this.by, board)
    this.stop = watch("", () => this.update())
    this.update()
  }

  disconnectedCallback() {
    this.stop()
  }

  // The area that is chosen, or the step's own.
  area() {
    if (this.choice.value !== "follow") return this.choice.value
    return get("stage").area || null
  }

  choices() {
    const names = [["follow", t("console.follow")], ...areas().map((area) => [area.id, `${area.number} ${areaName(area.id)}`])]
    if (keys("group/").some((key) => !get(key).area)) names.push(["", t("console.no_area")])
    const now = JSON.stringify(names)
    if (now === this.named) return
    this.named = now
    const chosen = this.choice.value || "follow"
    this.choice.replaceChildren(...names.map(([value, name]) => h("option", { value }, name)))
    this.choice.value = chosen
  }

  update() {
    const stage = get("stage")
    if (!stage || !get("meeting")) return
    this.choices()
    const area = this.area()
    const all = area === null
    const groups = keys("group/").map(get).filter((group) => all || (group.area || "") === area)
    groups.sort((one, other) => areaNumber(one.area) - areaNumber(other.area) || one.place - other.place)
    keep(this.groups, groups, (group) => group.group, () => groupLine(), (line, group) => drawGroup(line, group, stage))
    this.state.textContent = state(stage, groups.length)
    const heard = keys("voices/").map(get).filter((voices) => all || (voices.area || "") === area)
    this.drawVoices(heard.flatMap((voices) => voices.voices), heard.reduce((sum, voices) => sum + (voices.waiting || 0), 0))
    this.by.textContent = grouped(area)
    this.drawResults(stage)
  }

  drawVoices(voices, waiting) {
    this.voices.hidden = !voices.length && !waiting
    const [summary, list] = this.voices.children
    const more = waiting ? ` · ${t("console.not_looked", { n: waiting })}` : ""
    summary.textContent = t("console.voices", { n: voices.length }) + more
    const most = [...voices].sort((a, b) => (b.dots || 0) - (a.dots || 0)).slice(0, VOICES)
    keep(list, most, (quote) => quote.contribution, voiceLine, (line, quote) => {
      line.querySelector(".size").textContent = quote.dots ? t("console.dots_count", { n: quote.dots }) : ""
    })
  }

  // Evaluation answers and how target groups differ, in the steps that show them.
  drawResults(stage) {
    const questions = stage.questions || []
    const answers = (get("evaluation") || { answers: {} }).answers
    const differences = keys("differences/").map(get)
    const drawn = JSON.stringify([questions, answers, differences])
    if (drawn === this.drawn) return
    this.drawn = drawn
    this.results.replaceChildren(
      ...questions.map((question) => answered(question, answers[question.id])),
      ...differences.map(differing))
  }
}

function state(stage, groups) {
  if (stage.blank) return t("console.screen_blank")
  if (stage.paused) return t("console.screen_paused")
  return groups ? t("console.machine_groups") : t("console.no_groups")
}

// Who has grouped the area, or all of them; each way of grouping once.
function grouped(area) {
  const records = keys("grouping/").map(get).filter((one) => one.model && (area === null || (one.area || "") === area))
  const waiting = records.reduce((sum, one) => sum + (one.waiting || 0), 0)
  return [...new Set(records.map(groupedBy)), ...waitingWords({ waiting })].join(" ")
}

function groupLine() {
  return h("li", { class: "group" },
    h("span", { class: "chip" }),
    h("b", { class: "name", dir: "auto" }),
    h("span", { class: "size" }),
    h("span", { class: "quote", dir: "auto" }))
}

function voiceLine(quote) {
  return h("li", {},
    h("p", { dir: "auto", lang: quote.language }, quote.text), h("span", { class: "size" }), translated(quote.translation))
}

function drawGroup(line, group, stage) {
  const [chip, name, size, quote] = line.children
  line.dataset.area = String(areaNumber(group.area))
  chip.textContent = areaNumber(group.area) || "–"
  name.textContent = group.title
  name.lang = group.language
  const parts = [t("console.group_size", { n: group.contributions, people: t("count.people", { n: group.people }) })]
  if (group.dots || stage.kind === "dots") parts.push(t("console.dots_count", { n: group.dots || 0 }))
  if (stage.kind === "check") {
    parts.push(t("console.fits", { n: group.fits || 0 }), t("console.missing", { n: group.missing || 0 }))
  }
  size.textContent = parts.join(" · ")
  const [first] = group.quotes
  quote.textContent = first ? first.text : ""
  if (first) quote.lang = first.language
}

function answered(question, chosen) {
  const options = question.options.map((option, at) =>
    h("li", {}, h("span", {}, say(option).words), h("b", {}, chosen ? String(chosen[at] || 0) : "–")))
  const heading = h("h3", {})
  fill(heading, question.text)
  return h("section", { class: "answered" }, heading, h("ul", {}, options), chosen ? null : h("p", { class: "note" }, t("console.few_answers")))
}

function differing(record) {
  return h("section", { class: "differing" },
    h("h3", {}, areaChip(record.area)),
    h("ul", {}, record.groups.map((group) =>
      h("li", {}, h("b", {}, targetGroupName(group.target_group)), ` ${group.terms.join(", ")}`))),
    record.unshown ? h("p", { class: "note" }, t("console.small_groups")) : null)
}

customElements.define("console-screen", ConsoleScreen)
