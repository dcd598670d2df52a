// How sure the machine is, in words.
import { t } from "../lib/words.js"

const SURE = 0.5
const QUITE = 0.25

function step(sure) {
  return sure >= SURE ? "sure" : sure >= QUITE ? "quite_sure" : "unsure"
}

export const doubtful = (it) => it.group && !it.pinned && typeof it.sure === "number" && it.sure < QUITE

// "Sure: …", and why it says so.
export function howSure(sure) {
  return `${t(`board.${step(sure)}`)}: ${t(`board.${step(sure)}_because`)}`
}

// The same in a word.
export const sureWord = (sure) => t(`board.${step(sure)}`)

// About one contribution.
export function putHere(sure) {
  return t(`board.put_${step(sure)}`)
}
