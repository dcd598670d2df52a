// What stands above a sheet's slips.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { pick } from "../staff/desk.js"
import { goalChip } from "../staff/global_goals.js"
import { button } from "../staff/press.js"
import { sureWord } from "../staff/sure.js"
import { decided } from "./names.js"
import { confirm, rename } from "./making.js"
import { mergeTheme, moveAll } from "./moving.js"
import { showOriginals } from "./originals.js"
import { mayRule } from "./tabs.js"
import { sessionTitle, sessions } from "./work.js"

const LOCKS = ["name", "members", "existence"]

function set(place, words) {
  if (place.textContent !== words) place.textContent = words
  place.hidden = !words
}

const mark = (words, look = "") => h("span", { class: `mark ${look}` }, words)
const acts = (...presses) => (mayRule ? h("div", { class: "acts" }, presses) : null)

function pickAll(pile) {
  for (const it of pile.found) pick(it.contribution, true)
}

export class ThemeHead {
  constructor(theme, id) {
    this.heading = h("h4", { id, tabindex: "-1", dir: "auto" })
    this.size = h("p", { class: "size numerals" })
    this.marks = h("p", { class: "marks" })
    const name = button("board.rename", () => rename(this.pile.theme), "", "quiet")
    const join = button("workboard.merge", () => mergeTheme(this.pile.theme), "", "quiet")
    const all = button("board.pick_all", () => pickAll(this.pile), "", "quiet")
    this.originals = button("", () => showOriginals(this.pile.all, this.pile.theme.title), "", "quiet")
    const more = button("console.more", async () => (await import("./theme_dialog.js")).aboutTheme(theme.theme), "", "quiet")
    this.named = [[name, "board.rename"], [join, "workboard.merge"], [all, "board.pick_all"], [more, "console.more"]]
    this.offer = button("", async () => (await import("./offers.js")).consider(this.pile), "", "offer")
    this.element = h("header", { "data-answers": "" }, this.heading, this.size, this.marks, this.offer,
      mayRule ? acts(name, join, all, more) : h("div", { class: "acts" }, this.originals))
  }

  show(pile) {
    const { theme, suggested, all } = pile
    const same = this.pile && this.pile.theme === theme
    this.pile = pile
    this.offer.hidden = !suggested.length || !mayRule
    set(this.offer.firstChild, suggested.length ? t("workboard.offered", { n: suggested.length }) : "")
    set(this.originals.firstChild, t("board.originals", { n: all.length }))
    if (same) return
    set(this.heading, theme.title)
    for (const [press, key] of this.named) press.setAttribute("aria-label", t("workboard.act_on", { act: t(key), title: theme.title }))
    set(this.size, sizes(theme).join(" · "))
    this.marks.replaceChildren(...themeMarks(theme))
    this.marks.hidden = !this.marks.firstChild
  }
}

// What was entered for people has no participant behind it.
const size = (n, people) => (people ? t("console.group_size", { n, people: t("count.people", { n: people }) }) : t("console.contributions", { n }))

export function sizes({ contributions, people, behind, unseen, dots, read }) {
  return [
    size(contributions, people),
    behind ? t("workboard.behind", { n: behind }) : "",
    unseen ? t("workboard.unseen_n", { n: unseen }) : "",
    read ? t("workboard.read_n", { n: read }) : "",
    dots ? t("console.dots_count", { n: dots }) : "",
  ].filter(Boolean)
}

function themeMarks({ locks = {}, carried, disposition, linked = [], note }) {
  const locked = LOCKS.filter((lock) => locks[lock]).map((lock) => t(`board.locked_${lock}`))
  return [
    disposition ? mark(decided(disposition), "decided") : null,
    carried ? mark(t(`workboard.carried_${carried}`)) : null,
    locked.length ? mark(t("board.locked", { what: locked.join(", ") })) : null,
    note ? mark(t("workboard.has_note")) : null,
    ...linked.map(({ goal }) => goalChip(goal)),
  ].filter(Boolean)
}

export class SuggestionHead {
  constructor(group, id) {
    this.heading = h("h4", { id, tabindex: "-1", dir: "auto" })
    this.size = h("p", { class: "size numerals" })
    this.words = h("p", { class: "note" })
    this.originals = button("", () => showOriginals(this.pile.all, this.pile.group.title), "", "quiet")
    this.confirm = button("workboard.confirm", () => confirm(this.pile), "", "primary")
    const into = button("workboard.into_theme", () => moveAll(this.pile), "", "quiet")
    const all = button("board.pick_all", () => pickAll(this.pile), "", "quiet")
    this.named = [[this.confirm, "workboard.confirm"], [into, "workboard.into_theme"], [all, "board.pick_all"]]
    this.element = h("header", { "data-answers": "" }, this.heading,
      h("p", { class: "note machine" }, t("board.suggested")), this.size, this.words,
      mayRule ? acts(this.confirm, into, all) : h("div", { class: "acts" }, this.originals))
  }

  show(pile) {
    const { group, all } = pile
    const same = this.pile && this.pile.group === group
    this.pile = pile
    set(this.originals.firstChild, t("board.originals", { n: all.length }))
    if (same) return
    const title = group.title || t("board.untitled")
    set(this.heading, title)
    this.heading.lang = group.language
    for (const [press, key] of this.named) press.setAttribute("aria-label", t("workboard.act_on", { act: t(key), title }))
    set(this.size, [size(all.length, group.people), sessions().length > 1 ? sessionTitle(group.session) : ""].filter(Boolean).join(" · "))
    set(this.words, [sureWord(group.sure), group.terms.length ? t("board.terms", { words: group.terms.join(", ") }) : ""].filter(Boolean).join(" · "))
  }
}

export class VoicesHead {
  constructor(id) {
    this.heading = h("h4", { id, tabindex: "-1", class: "visually-hidden" }, t("workboard.voices_name"))
    const all = button("board.pick_all", () => pickAll(this.pile), "", "quiet")
    this.element = h("header", {}, this.heading, acts(all))
  }

  show(pile) {
    this.pile = pile
    this.element.hidden = !pile.all.length
  }
}
