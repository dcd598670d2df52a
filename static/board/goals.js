// The global goals that a group may be about: suggested by words, confirmed by people.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { goalName, goalNumbers } from "../staff/global_goals.js"
import { keep } from "../staff/keyed.js"
import { wish } from "../staff/line.js"
import { button, label } from "../staff/press.js"

export class GroupGoals {
  constructor(group) {
    this.group = group
    this.list = h("ul", { class: "goals" })
    this.none = h("p", { class: "note" }, t("board.no_goals"))
    this.other = h("select", { "aria-label": t("board.other_goal") })
    this.other.addEventListener("change", () => this.add())
    this.element = h("section", { class: "goals-part", "data-answers": "" },
      h("h4", {}, t("board.goals")), h("p", { class: "note" }, t("board.goals_help")), this.none, this.list, this.other)
  }

  show(goals) {
    this.none.hidden = goals.length > 0
    keep(this.list, goals, (goal) => goal.goal, (goal) => this.line(goal), drawGoal)
    const others = goalNumbers.filter((number) => !goals.some(({ goal }) => goal === number))
    const drawn = others.join()
    if (drawn === this.drawn) return
    this.drawn = drawn
    this.other.replaceChildren(h("option", { value: "" }, t("board.other_goal")),
      ...others.map((number) => h("option", { value: String(number) }, goalName(number))))
  }

  line({ goal }) {
    const press = button("", () => this.confirm(goal, press.getAttribute("aria-pressed") !== "true", press), "", "quiet")
    return h("li", { "data-goal": String(goal), "data-answers": "" },
      h("b", {}, goalName(goal)), h("span", { class: "note" }), press)
  }

  confirm(goal, confirmed, press) {
    return wish({ type: "confirm-global-goal", group: this.group, goal, confirmed }, press)
  }

  async add() {
    const goal = Number(this.other.value)
    if (goal) await this.confirm(goal, true, this.other)
    this.other.value = ""
  }
}

function drawGoal(line, { goal, words, confirmed }) {
  const [, because, press] = line.children
  because.textContent = words.length ? t("board.goal_because", { words: words.join(", ") }) : t("board.goal_by_people")
  label(press, t(confirmed ? "board.goal_confirmed" : "board.confirm"))
  press.setAttribute("aria-pressed", String(Boolean(confirmed)))
  press.setAttribute("aria-label", t(confirmed ? "board.take_back_goal" : "board.confirm_goal", { goal: goalName(goal) }))
}
