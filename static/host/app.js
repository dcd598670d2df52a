// Exchanges the secret after # in a table's link for the table's cookie, and goes on to the phone's
// page. The secret never reaches a log, and does not stay in the address.
import { at, config, t } from "../lib/words.js"

const place = document.querySelector(".opening")
const session = encodeURIComponent(config.session)

async function open() {
  const secret = location.hash.slice(1)
  if (!secret) return goOn()
  history.replaceState(null, "", location.pathname)
  try {
    const answer = await fetch(at(`/api/t/${session}`), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ secret }),
    })
    if (answer.ok) return goOn()
    const { kind, ...params } = await answer.json()
    place.textContent = answer.status === 403 ? t("host.refused") : t(`refusal.${kind}`, params)
  } catch {
    history.replaceState(null, "", `#${secret}`) // to be read again when the page is loaded again
    place.textContent = t("host.try_again")
  }
}

function goOn() {
  location.replace(at(`/s/${session}`))
}

open()
