// Exchanges the secret after # in a staff link for a cookie. The secret never reaches a log.
import { at, t } from "../lib/words.js"
import { post, refusal } from "./post.js"

const place = document.querySelector(".sign-in")

async function signIn() {
  const secret = location.hash.slice(1)
  if (!secret) return
  history.replaceState(null, "", location.pathname + location.search)
  place.textContent = t("staff.signing_in")
  const answer = await post(at("/api/staff/login"), { secret })
  if (answer.ok) location.replace(aim(answer.body.page))
  else place.textContent = answer.status === 403 ? t("staff.sign_in_refused") : refusal(answer)
}

// A link for one more device may say which session it is for; `page` is where the role works on it.
function aim(page) {
  const session = new URLSearchParams(location.search).get("session")
  return session && page ? at(`/${page}/${encodeURIComponent(session)}`) : at("/staff")
}

addEventListener("hashchange", signIn)
signIn()
