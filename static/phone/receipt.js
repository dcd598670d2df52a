// What became of one's contributions. The code stays here: what is asked for are the secrets that
// follow from it, one for each contribution.
import { h } from "../lib/element.js"
import { receipt } from "../lib/outbox.js"
import { say, t } from "../lib/words.js"

const AT_ONCE = 50
const id = name => document.getElementById(name)

id("ask").addEventListener("submit", async event => {
  event.preventDefault()
  const code = id("code").value.toUpperCase().replace(/[^0-9A-Z]/g, "")
  const found = await all(code)
  id("answer").textContent = t(found.length ? "page.receipt.found" : "page.receipt.nothing", { n: found.length })
  id("found").replaceChildren(...found.map(shown))
})

// A number may be missing where something never arrived, so the search ends with a whole batch of nothing.
async function all(code) {
  const found = []
  for (let first = 1; ; first += AT_ONCE) {
    const receipts = Array.from({ length: AT_ONCE }, (_, place) => receipt(code, first + place))
    const batch = (await ask(receipts)).filter(Boolean)
    if (!batch.length) return found
    found.push(...batch)
  }
}

async function ask(receipts) {
  const answer = await fetch("/api/receipts", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ receipts }),
  })
  return answer.ok ? answer.json() : []
}

function shown(it) {
  const area = say(it.area)
  const standing = t(`standing.${it.standing}`) + (it.reason ? `: ${t(`reason.${it.reason}`)}` : "")
  return h("li", {},
    h("p", { lang: area.language }, [area.words, t(`kind.${it.kind}`)].filter(Boolean).join(" · ")),
    h("blockquote", { lang: it.language, dir: "auto" }, it.text),
    h("p", {}, h("strong", {}, standing)))
}
