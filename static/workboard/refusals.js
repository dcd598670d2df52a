// A refusal in words. What somebody else has changed meanwhile is named, once it has come here.
import { watch } from "../lib/records.js"
import { t } from "../lib/words.js"
import { changes, inWords, who } from "./changes.js"

const COMES_WITHIN = 1000 // ms that a change may take to this page after its refusal

export async function refusalInWords(refusal) {
  if (refusal.kind === "guard-unmet") return t(`process.guard_${refusal.guard.replaceAll("-", "_")}`, refusal)
  if (refusal.kind !== "changed-meanwhile") return t(`refusal.${refusal.kind}`, refusal)
  const change = find(refusal) || (await later(refusal))
  const what = change ? `${inWords(change)}.` : ""
  return t("work_page.meanwhile", { who: who(refusal.actor), what })
}

const find = ({ actor, words }) => changes().find((change) => change.actor === actor && change.words === words)

function later(refusal) {
  return new Promise((resolve) => {
    const stop = watch("changes", () => find(refusal) && done())
    const done = () => {
      stop()
      clearTimeout(late)
      resolve(find(refusal))
    }
    const late = setTimeout(done, COMES_WITHIN)
  })
}
