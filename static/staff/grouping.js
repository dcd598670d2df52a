// Who has grouped an area, in words: a language model or likeness of words, and why it is not the
// model that was wanted.
import { t } from "../lib/words.js"

const IN_WORDS = "lexical" // how the model that goes by words begins its name

// `record`: a grouping, or anything else with a model and a fallback.
export function groupedBy(record) {
  const { model, fallback } = record || {}
  if (!model) return t("grouping.none")
  const by = model.startsWith(IN_WORDS) ? "words" : "model"
  return t(fallback ? `grouping.${by}_${fallback}` : `grouping.${by}`, { model })
}

export function waitingWords({ waiting }) {
  return waiting ? [t("grouping.waiting", { n: waiting })] : []
}
