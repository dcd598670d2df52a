// What the 17 global goals are called.
import { h } from "../lib/element.js"
import { config, say, t } from "../lib/words.js"

const names = new Map(config.goals.map(({ number, name }) => [number, say(name).words]))

export const goalNumbers = [...names.keys()]

export const goalName = (goal) => t("board.goal", { number: goal, name: names.get(goal) })

export function goalChip(goal) {
  return h("span", { class: "mark goal", "data-goal": String(goal) }, goalName(goal))
}
