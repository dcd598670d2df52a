// Who has grouped an area, in words: a language model, or likeness of words where it is not to be had.
import { t } from "../lib/words.js"

const IN_WORDS = "lexical" // how the model that goes by words begins its name

// `record`: a grouping, or anything else with a model and a fallback.
export function groupedBy(record) {
  const { model, fallback } = record || {}
  if (!model) return t("grouping.none")
  if (fallback) return t(`grouping.fallback_${fallback}`)
  return model.startsWith(IN_WORDS) ? t("grouping.words") : t("grouping.model", { model })
}

export function waitingWords({ waiting }) {
  return waiting ? [t("grouping.waiting", { n: waiting })] : []
}
