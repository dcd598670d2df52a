// How sure the machine is, in words.
import { t } from "../lib/words.js"

const SURE = 0.5
const QUITE = 0.25

function step(sure) {
  return sure >= SURE ? "sure" : sure >= QUITE ? "quite_sure" : "unsure"
}

export const doubtful = (it) => it.group && !it.pinned && typeof it.sure === "number" && it.sure < QUITE

export function howSure(sure) {
  return t(`board.${step(sure)}`)
}

export function whySure(sure) {
  return t(`board.${step(sure)}_because`)
}
