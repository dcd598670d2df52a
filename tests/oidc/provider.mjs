// An OpenID Connect provider for the tests: `node provider.mjs HOME`, where HOME is the
// application's address. Prints its own address. Anybody is let in under the name they give.
import { createServer } from "node:http"
import { decodeJwt, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose"
import Provider from "oidc-provider"

const home = process.argv[2]
const secret = "a secret between the two of them, long enough for HS256"
const GROUPS = { fay: ["everybody", "dialog leaders"], mo: ["dialog-moderators"], per: ["dialog-clerks", "dialog-moderators"] }

const pair = (alg) => generateKeyPair(alg, { extractable: true })
const keys = { RS256: await pair("RS256"), ES256: await pair("ES256"), stranger: await pair("RS256") }
const jwk = async (alg) => ({ ...await exportJWK(keys[alg].privateKey), alg, use: "sig", kid: alg })

const server = createServer()
await new Promise((listening) => server.listen(0, "127.0.0.1", listening))
const issuer = `http://127.0.0.1:${server.address().port}`

const client = {
  client_id: "dialog",
  client_secret: secret,
  redirect_uris: [`${home}/staff/back`],
  post_logout_redirect_uris: [`${home}/staff`],
  grant_types: ["authorization_code"],
  response_types: ["code"],
}
const provider = new Provider(issuer, {
  clients: [client],
  jwks: { keys: [await jwk("RS256"), await jwk("ES256")] },
  acrValues: ["high", "low"],
  // Groups are told where the application asks who somebody is, not in the token.
  scopes: ["openid", "groups"],
  claims: { openid: ["sub", "amr"], groups: ["groups"], acr: null },
  cookies: { keys: ["of the tests"] },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, groups: GROUPS[id] || [] }) }),
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  // Nobody is asked whether the municipality's own application may know who they are.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId })
    grant.addOIDCScope("openid groups")
    await grant.save()
    return grant
  },
})

// What the next ID token is made to say, by somebody who has the provider's keys or pretends to.
let forgery = null

provider.use(async (ctx, next) => {
  await next()
  if (!forgery || ctx.path !== "/token" || !ctx.body?.id_token) return
  const { claims = {}, without = [], alg = "RS256", key = alg } = forgery
  const said = { ...decodeJwt(ctx.body.id_token), ...claims }
  for (const name of without) delete said[name]
  forgery = null
  if (alg === "none") ctx.body = { ...ctx.body, id_token: new UnsecuredJWT(said).encode() }
  else {
    const with_ = alg === "HS256" ? new TextEncoder().encode(secret) : keys[key].privateKey
    const header = alg === "HS256" ? { alg } : { alg, kid: alg }
    ctx.body = { ...ctx.body, id_token: await new SignJWT(said).setProtectedHeader(header).sign(with_) }
  }
})

const FORM = `<!doctype html><title>Sign in</title><form method="post">
<label>Name <input name="name"></label><button>Sign in</button></form>`

async function body(request) {
  let text = ""
  for await (const part of request) text += part
  return text
}

async function interaction(request, response) {
  if (request.method === "GET") return response.setHeader("Content-Type", "text/html").end(FORM)
  const given = Object.fromEntries(new URLSearchParams(await body(request)))
  const login = { accountId: given.name, acr: given.acr, amr: given.amr ? given.amr.split(" ") : undefined }
  const result = given.name ? { login } : { error: "access_denied", error_description: "cancelled" }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
}

const answer = provider.callback()
server.on("request", async (request, response) => {
  if (request.url === "/forge") {
    forgery = JSON.parse(await body(request))
    response.end("{}")
  } else if (request.url.startsWith("/interaction/")) await interaction(request, response)
  else answer(request, response)
})
console.log(issuer)
