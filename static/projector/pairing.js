// A screen that belongs to no session yet shows a number; staff write it, and the session comes.
import { h } from "../lib/element.js"
import { at, t } from "../lib/words.js"
import { morph } from "./morph.js"

const ASK_EVERY = 1500

export async function pair(main) {
  let asked = null
  for (;;) {
    const number = asked && asked.number
    if (!asked) asked = await post(at("/api/projector"), {})
    else {
      const answer = await post(at("/api/projector/wait"), { secret: asked.secret })
      if (answer && answer.session) return begin()
      if (answer && (answer.expired || answer.kind)) asked = null
    }
    if (!asked || asked.number !== number) show(main, asked)
    await new Promise(done => setTimeout(done, ASK_EVERY))
  }
}

function begin() {
  const address = new URL(location)
  address.searchParams.delete("new")
  if (address.href === location.href) location.reload()
  else location.replace(address)
}

function show(main, asked) {
  morph(main, asked ? [
    h("h1", { class: "pairing" },
      h("span", {}, t("proj.pair_before")),
      h("strong", {}, asked.number),
      h("span", {}, t("proj.pair_after"))),
  ] : [h("h1", { class: "pairing" }, h("span", {}, t("proj.pair_waiting")))])
}

async function post(address, body) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    })
    if (answer.status >= 500) return null
    return await answer.json()
  } catch {
    return null
  }
}
