// What stands above and below a group's slips: its name, size, words, locks, goals, target groups.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { asks, wish } from "../staff/line.js"
import { button } from "../staff/press.js"
import { pick } from "../staff/desk.js"
import { goalChip } from "../staff/global_goals.js"
import { targetGroupName } from "../staff/names.js"
import { GroupGoals } from "./goals.js"
import { merge } from "./moving.js"
import { howSure } from "../staff/sure.js"

const LOCKS = ["name", "members", "existence"]

export class GroupHead {
  constructor(group, id) {
    this.number = group.group
    this.heading = h("h3", { id, tabindex: "-1", dir: "auto" })
    this.own = h("span", { class: "note own" }, t("board.own_name"))
    this.size = h("p", { class: "size numerals" })
    this.sure = h("p", { class: "note sure" })
    this.terms = h("p", { class: "note terms" })
    this.marks = h("p", { class: "marks" })
    const rename = button("board.rename", () => this.rename(rename), "", "quiet")
    const join = button("board.merge_with", () => merge(this.group, join), "", "quiet")
    const all = button("board.pick_all", () => this.pickAll(), "", "quiet")
    this.acts = h("div", { class: "acts" }, rename, join, all)
    this.element = h("header", { "data-answers": "" },
      this.heading, this.own, this.size, this.sure, this.terms, this.marks, this.acts)
    this.goals = new GroupGoals(this.number)
    this.stressed = h("div", {})
    this.more = h("details", { class: "more" },
      h("summary", {}, t("board.more"), h("span", { class: "visually-hidden" })),
      this.locks(), this.goals.element, this.stressed)
    this.more.addEventListener("toggle", () => this.drawMore())
  }

  show({ group, all }) {
    this.all = all
    const people = all.length && all.every((it) => it.pinned)
    if (this.group === group && this.made === people) return
    this.group = group
    this.made = people
    const set = (place, words) => {
      if (place.textContent !== words) place.textContent = words
      place.hidden = !words
    }
    set(this.heading, group.title || t("board.untitled"))
    this.heading.lang = group.language
    this.own.hidden = !group.named
    this.more.querySelector("summary span").textContent = ` ${this.heading.textContent}`
    set(this.size, sizes(group).join(" · "))
    set(this.sure, people ? t("board.made_by_people") : howSure(group.sure))
    set(this.terms, (group.terms || []).length ? t("board.terms", { words: group.terms.join(", ") }) : "")
    this.drawMarks(group)
    this.drawMore()
  }

  drawMarks({ locks = {}, goals = [], kind }) {
    const locked = LOCKS.filter((lock) => locks[lock]).map((lock) => t(`board.locked_${lock}`))
    this.marks.replaceChildren(
      ...(locked.length ? [h("span", { class: "mark" }, t("board.locked", { what: locked.join(", ") }))] : []),
      ...(kind ? [h("span", { class: "mark" }, t("board.only_kind", { kind: t(`kind.${kind}`) }))] : []),
      ...goals.filter((goal) => goal.confirmed).map((goal) => goalChip(goal.goal)))
    this.marks.hidden = !this.marks.firstChild
  }

  drawMore() {
    if (!this.more.open) return
    const { locks = {}, goals = [], stressed = [] } = this.group
    if (!this.ticks.some(asks)) for (const tick of this.ticks) tick.checked = Boolean(locks[tick.value])
    this.goals.show(goals)
    const told = JSON.stringify(stressed)
    if (told === this.told) return
    this.told = told
    this.stressed.replaceChildren(stressed.length ? stressedTable(stressed) : h("p", { class: "note" }, t("board.no_stressed")))
  }

  locks() {
    this.ticks = LOCKS.map((value) => h("input", { type: "checkbox", value }))
    for (const tick of this.ticks) {
      tick.addEventListener("change", async () => {
        const wanted = Object.fromEntries(this.ticks.map((one) => [one.value, one.checked]))
        if (!(await wish({ type: "lock-group", group: this.number, ...wanted }, tick))) this.drawMore()
      })
    }
    return h("fieldset", { class: "locks", "data-answers": "" },
      h("legend", {}, t("board.locks")),
      h("p", { class: "note" }, t("board.locks_help")),
      this.ticks.map((tick) => h("label", { class: "check" }, tick, h("span", {}, t(`board.lock_${tick.value}`)))))
  }

  // In place of the heading, until it is saved or given up.
  rename(opener) {
    const title = h("input", { type: "text", "aria-label": t("board.new_name"), autocomplete: "off" })
    title.value = this.group.named ? this.group.title : ""
    title.placeholder = this.group.title
    const save = h("button", { type: "submit", class: "primary" }, t("board.save"))
    const close = () => {
      form.remove()
      this.acts.hidden = false
      opener.focus()
    }
    const form = h("form", { class: "renaming", "data-answers": "" }, title,
      h("p", { class: "note" }, t("board.rename_help")),
      h("div", { class: "acts" }, save, button("board.cancel", close, "", "quiet")))
    form.addEventListener("submit", async (event) => {
      event.preventDefault()
      if (await wish({ type: "rename-group", group: this.number, title: title.value }, save)) close()
    })
    form.addEventListener("keydown", (event) => event.key === "Escape" && close())
    this.acts.hidden = true
    this.acts.before(form)
    title.focus()
  }

  pickAll() {
    for (const it of this.all) pick(it.contribution, true)
  }
}

function sizes({ contributions, people, fits, missing, dots }) {
  return [
    t("console.group_size", { n: contributions, people: t("count.people", { n: people }) }),
    fits ? t("console.fits", { n: fits }) : "",
    missing ? t("console.missing", { n: missing }) : "",
    dots ? t("console.dots_count", { n: dots }) : "",
  ].filter(Boolean)
}

function stressedTable(stressed) {
  return h("table", {},
    h("caption", {}, t("board.stressed")),
    h("thead", {}, h("tr", {}, ["console.target_group", "board.words"].map((key) => h("th", { scope: "col" }, t(key))))),
    h("tbody", {}, stressed.map(({ target_group, words }) =>
      h("tr", {}, h("th", { scope: "row" }, targetGroupName(target_group)), h("td", {}, words.join(", "))))))
}
