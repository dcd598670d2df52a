// The dialogue in which one says where: contributions to a group, or a whole group into another.
import { t } from "../lib/words.js"
import { choosing } from "../staff/choosing.js"
import { putBack } from "../staff/desk.js"
import { wish } from "../staff/line.js"
import { groups, piles } from "./desk.js"

const NEW = 0
const ALONE = null

const choose = choosing(document.querySelector("#moving"))

// Asks where `contributions` are to go.
export function move(contributions) {
  const already = new Set(piles().filter((pile) => pile.all.some((it) => contributions.includes(it.contribution))).map((pile) => pile.key))
  const from = already.size === 1 ? [...already][0] : null
  ask(t("board.move_n", { n: contributions.length }), contributions, [
    { words: t("board.new_group"), about: t("board.new_group_help"), value: NEW },
    ...groupPlaces(from),
    { words: t("board.single_voice"), about: t("board.single_voice_help"), value: ALONE },
  ])
}

// Asks which group is to take all that `group` has.
export function merge(group) {
  const { all } = piles().find((pile) => pile.key === group.group)
  ask(t("board.merge_title", { group: group.title }), all.map((it) => it.contribution), groupPlaces(group.group))
}

function groupPlaces(except) {
  return groups().filter((group) => group.group !== except).map((group) => ({
    words: group.title || t("board.untitled"),
    about: t("console.contributions", { n: group.contributions }),
    value: group.group,
    language: group.language,
  }))
}

function ask(title, contributions, places) {
  choose(title, places, async (group, press) => {
    const went = await wish({ type: "place-contributions", contributions, group }, press)
    if (went) putBack()
    return went
  })
}
