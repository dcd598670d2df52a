// Asks the server over HTTP, and says in words why it would not.
import { t } from "../lib/words.js"

const PATIENCE = 15000

// {ok, status, body}; `status` 0 when nobody answered.
export async function post(url, body, patience = PATIENCE) {
  return ask(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }, patience)
}

export async function ask(url, options = {}, patience = PATIENCE) {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), patience)
  try {
    const response = await fetch(url, { ...options, signal: late.signal })
    const text = await response.text()
    return { ok: response.ok, status: response.status, body: parsed(text) }
  } catch {
    return { ok: false, status: 0, body: {} }
  } finally {
    clearTimeout(timer)
  }
}

export function refusal({ status, body }) {
  if (!status) return t("staff.no_answer")
  const key = `refusal.${body.kind}`
  const words = body.kind ? t(key, body) : key
  return words === key ? t("staff.failed", { status }) : words
}

function parsed(text) {
  try {
    return JSON.parse(text) || {}
  } catch {
    return {}
  }
}
