// Why a contribution is where it is, in plain words.
import { get } from "../lib/records.js"
import { t } from "../lib/words.js"
import { contribution } from "../staff/desk.js"
import { putHere } from "../staff/sure.js"

// {sentences, near: [{text, language}], shared, more}.
export function why(it) {
  const near = eachOnce((it.near || []).map(contribution).filter(Boolean)).map(({ text, language }) => ({ text, language }))
  const shared = (it.shared || []).length ? t("board.why_shared", { words: quoted(it.shared) }) : ""
  return { sentences: sentences(it, near), near, shared, more: keptOut(it) }
}

// Many may have written the same.
const eachOnce = (its) => its.filter(({ text }, place) => its.findIndex((it) => it.text === text) === place)

function sentences(it, near) {
  if (it.pinned) return [t(it.group ? "board.why_pinned" : "board.why_pinned_alone")]
  if (it.waiting) return [t("board.why_waiting")]
  if (!it.group) return [t("board.why_alone")]
  const sure = typeof it.sure === "number" ? [putHere(it.sure)] : [t("board.put")]
  return near.length ? [...sure, t("board.why_near")] : sure
}

function keptOut(it) {
  const names = (it.kept_out || []).map((number) => get(`group/${number}`)).filter(Boolean).map((group) => group.title)
  return names.length ? [t("board.why_kept_out", { groups: quoted(names) })] : []
}

const quoted = (words) => words.map((word) => `”${word}”`).join(", ")
