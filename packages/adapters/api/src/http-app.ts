// The routes as one Hono application under /api/v1, and the OpenAPI document that follows from them.
import { createRoute, OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi'
import * as contract from '@rufwerk/contract'
import type { Log } from '@rufwerk/core'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { ERRORS, type Refusal, refusalResponse } from './error.ts'
import { type ApiEnv, gatesOf } from './gate.ts'
import type { ApiPorts } from './ports.ts'
import { actOf, type FileAnswer, type Route } from './route.ts'
import type { Attempts } from './security/attempts.ts'
import { clearSessionCookie, SESSION_COOKIE, writeSessionCookie } from './security/session-cookie.ts'

export type HttpApp = OpenAPIHono<ApiEnv>

/** Only what a path may name; everything else is not there. */
const IdParameter = z.object({ id: z.string().regex(/^[0-9A-Za-z_-]{1,64}$/) })

const NOTHING = new Uint8Array(0)
const FILE_SCHEMA = z.string().meta({ format: 'binary' })

export function buildHttpApp(routes: readonly Route[], ports: ApiPorts, attempts: Attempts): HttpApp {
  const app: HttpApp = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => (result.success ? undefined : refusalResponse(schemaRefusal(result))),
  }).basePath(contract.PATHS.api)
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
  })
  for (const route of routes) addRoute(app, route, ports, attempts)
  // Made when it is first asked for: it takes longer than all the rest, and a start is no time for it.
  let document: string | undefined
  app.get('/openapi.json', (c) => {
    document ??= JSON.stringify(openApiDocument(app, ports.settings.version))
    return c.body(document, 200, { 'content-type': 'application/json' })
  })
  app.notFound((c) => refusalResponse(refusalOfUnknown(c, routes)))
  app.onError((error) => refusalResponse(refusalOfError(error, ports.log)))
  return app
}

function addRoute(app: HttpApp, route: Route, ports: ApiPorts, attempts: Attempts): void {
  const config = { ...routeConfig(route), middleware: [...gatesOf(route, ports.accounts, attempts)] }
  app.openapi(createRoute(config), async (c: Context<ApiEnv>) => {
    const result = await route.run({
      body: route.body === undefined ? undefined : c.req.valid('json' as never),
      upload: route.upload === undefined ? NOTHING : new Uint8Array(await c.req.arrayBuffer()),
      query: route.query === undefined ? {} : c.req.valid('query' as never),
      id: c.req.param('id') ?? '',
      who: c.get('visitor'),
      peer: c.env.peer,
      origin: originOf(c, ports),
      setSession: (token) => {
        const { isSecure } = c.env.peer
        const cookie =
          token === undefined ? clearSessionCookie(isSecure) : writeSessionCookie(token, isSecure)
        c.header('set-cookie', cookie)
      },
    })
    if (!result.ok) return refusalResponse(result.error)
    const act = notedAs(route)
    if (act !== undefined) await note(act, route, ports, c, result.value)
    if (route.file !== undefined) return fileResponse(route.file, result.value as FileAnswer)
    if (route.text !== undefined && c.req.header('accept')?.includes('text/plain'))
      return c.text(route.text(result.value), route.status === 201 ? 201 : 200)
    return route.status === 204 ? c.body(null, 204) : c.json(result.value, route.status)
  })
}

/** What the log of administration says of each use that was not refused. */
function notedAs({ access, method, noted }: Route): 'administered' | 'accessed' | undefined {
  if (access !== 'admin' || noted === 'by-itself') return undefined
  if (method === 'get') return noted === 'access' ? 'accessed' : undefined
  return 'administered'
}

/** It is done already: that it could not be noted, as on a full disk, is said in our own log. */
async function note(
  act: 'administered' | 'accessed',
  { name }: Route,
  { accounts, log }: ApiPorts,
  c: Context<ApiEnv>,
  answer: unknown,
): Promise<void> {
  const who = c.get('visitor')
  if (who === undefined) return
  const made = typeof answer === 'object' && answer !== null && 'id' in answer ? answer.id : ''
  const id = c.req.param('id') ?? (typeof made === 'string' ? made : '')
  const noted = await accounts.note(who.session, act, id, { route: name })
  if (!noted.ok) log.error('audit.not-noted', { act, route: name, id, why: noted.error.code })
}

function originOf(c: Context<ApiEnv>, { settings }: ApiPorts): string {
  const named = c.env.peer.isLocalAdmin ? settings.origin : c.req.header('origin')
  return named ?? new URL(c.req.url).origin
}

/** Read as fast as the client takes it; when reading fails, the connection is cut. */
function fileResponse(type: string, { name, content }: FileAnswer): Response {
  if (!/^[\w.-]{1,100}$/.test(name)) throw new TypeError('a name that cannot stand in a header')
  return new Response(streamOf(content), {
    headers: { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` },
  })
}

function streamOf(content: FileAnswer['content']): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = content[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const next = await chunks.next()
        if (next.done) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel() {
        await chunks.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

function routeConfig(route: Route): RouteConfig {
  const hasId = route.path.includes('{id}')
  const bytesMax = route.upload ?? route.bodyBytesMax
  const json = (schema: z.ZodType): { 'application/json': { schema: z.ZodType } } => ({
    'application/json': { schema },
  })
  return {
    method: route.method,
    path: route.path,
    operationId: route.name,
    summary: route.summary,
    tags: [route.path.split('/')[1] ?? ''],
    security: route.access === 'anyone' ? [] : [{ session: [] }],
    // Read by the access tests: who may use the route beyond being signed in.
    'x-access': route.access,
    ...(bytesMax !== undefined && { 'x-body-bytes-max': bytesMax }),
    request: {
      ...(hasId && { params: IdParameter }),
      ...(route.query && { query: route.query as z.ZodObject }),
      ...(route.body && { body: { required: true, content: json(route.body) } }),
      ...(route.upload !== undefined && {
        body: { required: true, content: { 'application/octet-stream': { schema: FILE_SCHEMA } } },
      }),
    },
    responses: {
      [route.status]: {
        description: 'Done.',
        ...(route.answer && { content: json(route.answer) }),
        ...(route.file && { content: { [route.file]: { schema: FILE_SCHEMA } } }),
      },
      ...refusalResponses(route, json(contract.ApiError)),
    },
  }
}

function refusalResponses(
  route: Route,
  content: { 'application/json': { schema: z.ZodType } },
): RouteConfig['responses'] {
  const codes = new Set(route.refusals)
  if (route.body || route.query) codes.add('bad-request')
  if (route.path.includes('{id}')) codes.add('not-found')
  if (route.method !== 'get') {
    codes.add('origin-refused').add('unsupported-media-type').add('too-large')
    if (route.access !== 'anyone') codes.add('conflict')
  }
  if (route.access !== 'anyone') codes.add('unauthenticated').add('forbidden')
  if (route.attempts || actOf(route)) codes.add('rate-limited')
  codes.add('unavailable').add('internal')
  const byStatus = Map.groupBy([...codes].sort(), (code) => ERRORS[code].status)
  const responses: RouteConfig['responses'] = {}
  for (const [status, ofStatus] of byStatus) {
    responses[status] = { description: ofStatus.join(', '), content }
  }
  return responses
}

function openApiDocument(app: HttpApp, version: string): object {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Rufwerk',
      version,
      description:
        'Errors are ApiError. Requests that change something need the header Origin of this server.',
    },
  })
}

function schemaRefusal(result: { target: string; error: z.ZodError }): Refusal {
  // A path that cannot name anything is no malformed request: there is just nothing.
  if (result.target === 'param') return { code: 'not-found' }
  const [issue] = result.error.issues
  const field = issue?.path.join('.')
  return {
    code: 'bad-request',
    message: `The request is not as the interface describes it: ${(issue?.message ?? '').slice(0, 200)}`,
    ...(field && { field }),
  }
}

function refusalOfUnknown(c: Context, routes: readonly Route[]): Refusal {
  const path = c.req.path.slice(contract.PATHS.api.length)
  const isKnown = routes.some((route) => new RegExp(`^${route.path.replace('{id}', '[^/]+')}$`).test(path))
  return { code: isKnown ? 'method-not-allowed' : 'not-found' }
}

function refusalOfError(error: Error, log: Log): Refusal {
  if (error instanceof HTTPException) {
    if (error.status === 400) return { code: 'bad-request', message: 'The body is not JSON.' }
    if (error.status === 413) return { code: 'too-large' }
    if (error.status === 415) return { code: 'unsupported-media-type' }
  }
  log.error('api.failed', { error: error.name, message: error.message.slice(0, 300) })
  return { code: 'internal' }
}
