// What things mean to the target groups, in their own words, beside a draft; what it rests on.
import { h } from "../lib/element.js"
import { language, t } from "../lib/words.js"
import { COMMITTEES, targetGroupName } from "../staff/names.js"
import { wish } from "../staff/line.js"
import { all, choice, contributions, counts, drafts, fold, matter, part, press, tick, voice } from "./views.js"

const PAUSE = 150
const FEW = 3
const MOST = 60

export class Evidence {
  constructor(redraw) {
    this.redraw = redraw
    this.what = "area"
    this.query = ""
    this.even = false
    this.search = h("input", { type: "search", id: "evidence-search", autocomplete: "off" })
    this.search.addEventListener("input", () => {
      clearTimeout(this.typing)
      this.typing = setTimeout(() => this.changed({ query: this.search.value.trim().toLocaleLowerCase(language) }), PAUSE)
    })
    this.head = h("div", {})
    this.list = h("div", { class: "meanings" })
    this.element = h("aside", { class: "evidence", "aria-label": t("goal.evidence") }, h("h3", {}, t("goal.evidence")), this.head,
      h("div", { class: "field" }, h("label", { for: "evidence-search" }, t("goal.search")), this.search), this.list)
  }

  changed(what) {
    Object.assign(this, what)
    this.redraw()
  }

  draw(area, goal) {
    const cited = goal ? { themes: goal.themes, contributions: goal.contributions } : { themes: [], contributions: [] }
    part(this.head, [this.what, this.even, Boolean(goal)], () => [
      h("p", { class: "note" }, goal ? t("goal.evidence_help") : t("goal.evidence_no_goal")),
      goal ? choice("evidence-what", t("goal.show"), [["area", t("goal.of_area")], ["cited", t("goal.cited")]], this.what, (what) => this.changed({ what })) : null,
      tick("evidence-even", t("matrix.even"), this.even, (even) => this.changed({ even }))])
    const themes = all("theme").filter((theme) => (this.what === "cited" && goal ? cited.themes.includes(theme.theme) : theme.area === area))
    const seen = contributions().filter((it) => it.standing === "visible" && (!this.query || it.text.toLocaleLowerCase(language).includes(this.query)))
    const byTheme = Map.groupBy ? Map.groupBy(seen, (it) => it.theme) : grouped(seen)
    const alone = seen.filter((it) => (this.what === "cited" && goal ? cited.contributions.includes(it.contribution) && !cited.themes.includes(it.theme) : !it.theme && it.area === area))
    const parts = themes.map((theme) => ({ theme, voices: byTheme.get(theme.theme) || [] })).filter(({ theme, voices }) => voices.length || (!this.query && theme.contributions))
    const data = [parts.map(({ theme, voices }) => [theme, voices.map((it) => it.contribution)]), alone.map((it) => it.contribution), cited, goal && goal.goal, this.what, this.query, this.even]
    part(this.list, data, () => this.drawn(parts, alone, cited, goal))
  }

  drawn(parts, alone, cited, goal) {
    if (!parts.length && !alone.length) return h("p", { class: "nothing-yet" }, t(this.query ? "goal.not_found" : this.what === "cited" ? "goal.nothing_cited" : "goal.no_themes"))
    return [
      parts.map(({ theme, voices }) => h("section", { class: "meaning", "data-answers": "" },
        h("header", {}, h("h4", { dir: "auto" }, theme.title), h("p", { class: "note numerals" }, counts(theme.people, theme.contributions)),
          goal && drafts ? cite(goal, { themes: [theme.theme] }, cited.themes.includes(theme.theme), `theme/${theme.theme}`, t("goal.cite_theme"), theme.title) : null),
        this.byTargetGroup(theme, voices, cited, goal))),
      alone.length ? fold("alone", [t("goal.alone"), " ", h("span", { class: "count" }, t("count.contributions", { n: alone.length }))],
        h("ul", { class: "own-words" }, alone.slice(0, MOST).map((it) => this.voice(it, cited, goal)))) : null,
    ]
  }

  // The most typical first; a few of each, or as many of each as the smallest has; the rest one
  // press away.
  byTargetGroup(theme, voices, cited, goal) {
    const rank = new Map(theme.typical.map((number, at) => [number, at]))
    const place = (it) => (rank.has(it.contribution) ? rank.get(it.contribution) : rank.size)
    const sorted = [...voices].sort((one, other) => place(one) - place(other) || one.contribution - other.contribution)
    const heard = [...matter().target_groups, { id: COMMITTEES }].map((group) => ({ group, theirs: sorted.filter((it) => it.target_group === group.id) })).filter(({ theirs }) => theirs.length)
    const most = this.even ? Math.min(...heard.map(({ theirs }) => theirs.length)) : this.query ? MOST : FEW
    return heard.map(({ group, theirs }) => {
      const [people, posts] = theme.by_target_group[group.id] || [null, theirs.length]
      const some = theirs.slice(0, most)
      const rest = theirs.slice(some.length)
      return h("div", { class: "of-group" },
        h("h5", {}, targetGroupName(group.id), h("span", { class: "count numerals" }, " ", counts(people, posts))),
        h("ul", { class: "own-words" }, some.map((it) => this.voice(it, cited, goal))),
        rest.length ? fold(`rest/${theme.theme}/${group.id}`, t("goal.rest", { n: rest.length }), h("ul", { class: "own-words" }, rest.map((it) => this.voice(it, cited, goal)))) : null)
    })
  }

  voice(it, cited, goal) {
    const is = cited.contributions.includes(it.contribution)
    return voice({ ...it, target_group: "" }, goal && drafts ? cite(goal, { contributions: [it.contribution] }, is, `voice/${it.contribution}`, t("goal.cite"), it.text) : null)
  }
}

function cite(goal, what, is, here, words, about) {
  return press(is ? t("goal.is_cited") : words, (button) => wish({ type: "cite-in-goal", goal: goal.goal, ...what, cited: !is }, button), "quiet small cite",
    { "aria-pressed": String(is), "data-here": `cite/${here}`, "aria-label": `${t(is ? "goal.uncite" : "goal.cite")}: ${about}` })
}

function grouped(voices) {
  const found = new Map()
  for (const it of voices) found.set(it.theme, [...(found.get(it.theme) || []), it])
  return found
}
